-- Every other end. A task that its handler's own transaction completed has succeeded, whatever its owner was told: the row of that
-- transaction is looked for, and goes with the task.
--
-- The rows are found by their key first and changed by their place: OFFSET 0 keeps the order. After an ANALYZE that met the table just as it
-- was empty, a plain join would be turned round and read every row for every given one.
WITH ended AS MATERIALIZED (
    SELECT given.*, found.place, done.task_id IS NOT NULL AS is_proven, done.result AS proven_result
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::text[])
             AS given (id, state, outcome, attempt, started_at, finished_at, worker, progress, attempts)
             CROSS JOIN LATERAL (SELECT ctid AS place FROM tasks WHERE tasks.id = given.id FOR UPDATE) AS found
             LEFT JOIN LATERAL (SELECT task_id, result FROM task_completions WHERE task_id = given.id OFFSET 0) AS done ON TRUE
    OFFSET 0),
     gone AS (
         DELETE FROM tasks AS task USING ended WHERE task.ctid = ended.place
             RETURNING task.id, task.partition, task.priority, task.tenant, task.type, task.payload, task.retain, task.max_attempts, task.run_at,
                 task.created_at, task.unique_key, task.ordering_key, task.correlation_id, task.trace_parent, task.workflow_id,
                 task.workflow_index, CASE WHEN is_proven THEN 'succeeded' ELSE ended.state END AS state,
                 CASE WHEN is_proven THEN proven_result ELSE ended.outcome::json END AS outcome, ended.attempt, ended.started_at,
                 ended.finished_at, ended.worker, ended.progress, ended.attempts),
     kept AS (
         INSERT INTO task_history (id, drop_on, state, queue, priority, tenant, type, payload, result, attempt, max_attempts, run_at,
                                   created_at, started_at, finished_at, worker, unique_key, ordering_key, correlation_id, workflow_id,
                                   workflow_index, progress, attempts)
             SELECT id, (now() AT TIME ZONE 'UTC')::date + CASE WHEN retain = 'result' THEN 2 ELSE $11 + 1 END, state::task_end, $10,
                    priority, tenant, type, payload, outcome, attempt, max_attempts, run_at, created_at, started_at, finished_at, worker,
                    unique_key, ordering_key, correlation_id, workflow_id, workflow_index, progress::json, attempts::json
             FROM gone WHERE state <> 'dead' AND retain <> 'nothing'),
     buried AS (
         INSERT INTO dead_tasks (id, partition, queue, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, created_at,
                                 started_at, finished_at, worker, unique_key, ordering_key, correlation_id, trace_parent, workflow_id,
                                 workflow_index, progress, attempts)
             SELECT id, partition, $10, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, created_at, started_at,
                    finished_at, worker, unique_key, ordering_key, correlation_id, trace_parent, workflow_id, workflow_index,
                    progress::json, attempts::json
             FROM gone WHERE state = 'dead'),
     freed AS (
         DELETE FROM task_unique_keys AS held
             USING (SELECT found.place
                    FROM gone CROSS JOIN LATERAL (SELECT ctid AS place FROM task_unique_keys AS key
                                                  WHERE key.tenant = gone.tenant AND key.type = gone.type AND key.key = gone.unique_key
                                                    AND key.task_id = gone.id AND key.held_until IS NULL FOR UPDATE) AS found
                    WHERE gone.unique_key IS NOT NULL OFFSET 0) AS own
             WHERE held.ctid = own.place),
     forgotten AS (
         DELETE FROM task_completions WHERE task_id = ANY (ARRAY(SELECT id FROM ended WHERE is_proven)))
SELECT id, state, outcome::text FROM gone
