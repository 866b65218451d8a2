-- One tenant's events behind a position that match, of so many that are looked at. The day of an event is that of its position, never before
-- the one on which it was written, and a clock may be a day off.
SELECT id, event_type, event_version, event_source, tenant_id, company_id, payload::text, created_at, correlation_id, position, ordering_key, trace_parent
FROM (SELECT *
      FROM events
      WHERE tenant_id = $2 AND position > $3
        AND day >= (SELECT coalesce(max(day), '-infinity') FROM event_days WHERE partition = $1 AND first_position <= $3 + 1)
        AND day >= coalesce(($4 AT TIME ZONE 'UTC')::date - 1, '-infinity') AND ($4 IS NULL OR created_at >= $4)
      ORDER BY position
      LIMIT $5) AS scanned
WHERE ($6 IS NULL OR company_id = $6) AND ($7 IS NULL OR (event_type || '.') ~ $7)
ORDER BY position
LIMIT $8
