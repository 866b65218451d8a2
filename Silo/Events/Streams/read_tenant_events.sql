-- One tenant's next events behind a position, along events_of_tenant, in the days that may have them. As many as one delivery holds: the
-- first whatever its size, and no more once they are large. `found` says how many there were before that.
SELECT id, event_type, event_version, event_source, tenant_id, company_id, payload, created_at, correlation_id, position, ordering_key, trace_parent, found
FROM (SELECT next.*, count(*) OVER () AS found,
             coalesce(sum(octet_length(payload)) OVER (ORDER BY position ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bytes_before
      FROM (SELECT id, event_type, event_version, event_source, tenant_id, company_id, payload::text AS payload, created_at, correlation_id, position,
                   ordering_key, trace_parent
            FROM events
            WHERE tenant_id = @tenant AND position > @after
              AND day >= (SELECT coalesce(max(day), '-infinity') FROM event_days WHERE partition = @partition AND first_position <= @after + 1)
            ORDER BY position
            LIMIT @most) AS next) AS sized
WHERE bytes_before < @mostBytes
ORDER BY position
