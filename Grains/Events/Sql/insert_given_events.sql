-- Events whose ids their callers gave, each once: the ids that were used before are left out, and so are their events. In the order of the
-- ids, as everybody takes them. Waits for a transaction that has just used one of them, but not long (lock_timeout).
WITH fresh AS (
    INSERT INTO event_ids (tenant_id, event_id, day)
    SELECT new.tenant_id, new.id, seat.last_day
    FROM event_partitions AS seat, unnest($2::text[], $4::text[]) AS new (id, tenant_id)
    WHERE seat.id = $1
    ORDER BY new.tenant_id, new.id
    ON CONFLICT DO NOTHING
    RETURNING tenant_id, event_id)
INSERT INTO events (id, day, partition, position, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id,
                    trace_parent, seq)
SELECT new.id, seat.last_day, $1, new.position, new.tenant_id, new.company_id, new.event_type, new.event_version, new.event_source, new.ordering_key,
       new.payload::jsonb, new.correlation_id, new.trace_parent, NULL
FROM event_partitions AS seat,
     unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
         AS new (id, position, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id, trace_parent)
         JOIN fresh ON fresh.tenant_id = new.tenant_id AND fresh.event_id = new.id
WHERE seat.id = $1
RETURNING position
