-- Ordinary tasks: ready now, with no key. Half the price of insert_special_tasks.
INSERT INTO tasks (id, partition, position, priority, tenant, type, payload, retain, max_attempts, correlation_id, trace_parent)
SELECT new.id, $1, new.position, new.priority, new.tenant, new.type, new.payload::json, new.retain::task_retention, new.max_attempts,
       new.correlation_id, new.trace_parent
FROM unnest($2::uuid[], $3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::text[], $11::text[])
         AS new (id, position, priority, tenant, type, payload, retain, max_attempts, correlation_id, trace_parent)
