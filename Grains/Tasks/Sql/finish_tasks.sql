-- What is kept of tasks that ended well and that nothing hangs on, written from what their owner holds in memory: delete_tasks takes the rows.
-- Measured: a tenth faster than moving the rows within the server, and the text has no join for the planner to turn round.
INSERT INTO task_history (id, drop_on, state, queue, priority, tenant, type, payload, result, attempt, max_attempts, run_at, created_at,
                          started_at, finished_at, worker, correlation_id)
SELECT id, (now() AT TIME ZONE 'UTC')::date + CASE WHEN is_kept_long THEN $14 + 1 ELSE 2 END, 'succeeded', $1, priority, tenant, type,
       payload::json, outcome::json, 1, max_attempts, run_at, created_at, started_at, finished_at, worker, correlation_id
FROM unnest($2::uuid[], $3::boolean[], $4::smallint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::timestamptz[],
            $11::timestamptz[], $12::timestamptz[], $13::text[], $15::text[], $16::timestamptz[])
         AS ended (id, is_kept_long, priority, tenant, type, payload, outcome, max_attempts, created_at, started_at, finished_at, worker,
                   correlation_id, run_at)
