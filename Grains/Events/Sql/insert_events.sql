-- Events whose ids were made by the owner: nobody else has them.
INSERT INTO events (id, day, partition, position, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id,
                    trace_parent, seq)
SELECT new.id, seat.last_day, $1, new.position, new.tenant_id, new.company_id, new.event_type, new.event_version, new.event_source, new.ordering_key,
       new.payload::jsonb, new.correlation_id, new.trace_parent, NULL
FROM event_partitions AS seat,
     unnest($2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::int[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[])
         AS new (id, position, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id, trace_parent)
WHERE seat.id = $1
