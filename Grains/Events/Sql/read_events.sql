-- The log behind a position, from the day on in which that position is; days before it are not looked at. Ends at so many bytes as the
-- payloads have where they are stored, so that what is not to be sent is not read.
SELECT id, event_type, event_version, event_source, tenant_id, company_id, payload::text, created_at, correlation_id, position, ordering_key, trace_parent
FROM (SELECT *, sum(pg_column_size(payload)) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - pg_column_size(payload) AS before
      FROM (SELECT *
            FROM events
            WHERE partition = $1 AND position > $2
              AND day >= (SELECT coalesce(max(day), '-infinity') FROM event_days WHERE partition = $1 AND first_position <= $2 + 1)
            ORDER BY position
            LIMIT $3) AS piece) AS counted
WHERE before < $4
ORDER BY position
