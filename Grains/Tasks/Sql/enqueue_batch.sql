-- Writes tasks of several partitions as enqueue_task does: with no position, which tells each owner to take them in. No index but the
-- primary key can be met twice, and ids are new: nobody is waited for.
INSERT INTO tasks (id, partition, state, priority, tenant, type, payload, retain, max_attempts, run_at, expires_at, unique_key, ordering_key,
                   correlation_id, trace_parent)
SELECT id, partition, 'queued', priority, tenant, type, payload::json, retain::task_retention, max_attempts,
       coalesce(run_at, now() + coalesce(make_interval(secs => delay_seconds), interval '0')), expires_at, unique_key, ordering_key,
       correlation_id, trace_parent
FROM unnest($1::uuid[], $2::int[], $3::smallint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::int[], $9::timestamptz[],
            $10::double precision[], $11::timestamptz[], $12::text[], $13::text[], $14::text[], $15::text[])
         AS new (id, partition, priority, tenant, type, payload, retain, max_attempts, run_at, delay_seconds, expires_at, unique_key,
                 ordering_key, correlation_id, trace_parent)
RETURNING id, run_at > now() AS is_later
