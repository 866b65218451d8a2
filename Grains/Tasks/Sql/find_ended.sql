-- One task that has ended. Each partition of the history is asked by its primary key; there are about as many as days are kept.
SELECT id, queue, tenant, type, 'dead' AS state, priority, payload::text, NULL AS result, attempt, max_attempts, run_at, created_at, started_at,
       finished_at, worker, unique_key, ordering_key, correlation_id, workflow_id, progress::text, attempts::text
FROM dead_tasks
WHERE id = @id
UNION ALL
SELECT id, queue, tenant, type, state::text, priority, payload::text, result::text, attempt, max_attempts, run_at, created_at, started_at,
       finished_at, worker, unique_key, ordering_key, correlation_id, workflow_id, progress::text, attempts::text
FROM task_history
WHERE id = @id
LIMIT 1
