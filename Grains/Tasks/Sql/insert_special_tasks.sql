-- Tasks with a time, an end or a key. One whose unique key another holds is not written; one behind others of its ordering key waits.
INSERT INTO tasks (id, partition, position, state, priority, tenant, type, payload, retain, max_attempts, correlation_id, trace_parent,
                   run_at, expires_at, unique_key, ordering_key)
SELECT new.id, $1, new.position,
       CASE
           WHEN new.ordering_key IS NOT NULL AND (
               row_number() OVER (PARTITION BY new.tenant, new.ordering_key, new.ordering_key IS NULL ORDER BY new.position) > 1
               OR EXISTS (SELECT FROM tasks AS ahead
                          WHERE ahead.partition = $1 AND ahead.tenant || '/' || ahead.ordering_key = new.tenant || '/' || new.ordering_key
                            AND ahead.ordering_key IS NOT NULL AND ahead.position IS NOT NULL AND ahead.state <> 'waiting'))
               THEN 'waiting'
           WHEN new.due > clock_timestamp() THEN 'scheduled'
           ELSE 'queued'
           END::task_state,
       new.priority, new.tenant, new.type, new.payload::json, new.retain::task_retention, new.max_attempts, new.correlation_id,
       new.trace_parent, new.due, new.expires_at, new.unique_key, new.ordering_key
FROM (SELECT *, coalesce(run_at, now() + make_interval(secs => coalesce(delay_seconds, 0))) AS due
      FROM unnest($2::uuid[], $3::bigint[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::text[], $11::text[],
                  $12::timestamptz[], $13::float8[], $14::timestamptz[], $15::text[], $16::text[])
               AS given (id, position, priority, tenant, type, payload, retain, max_attempts, correlation_id, trace_parent,
                         run_at, delay_seconds, expires_at, unique_key, ordering_key)) AS new
WHERE new.unique_key IS NULL
   OR EXISTS (SELECT FROM task_unique_keys AS held
              WHERE held.tenant = new.tenant AND held.type = new.type AND held.key = new.unique_key AND held.task_id = new.id)
RETURNING id, state::text, run_at
