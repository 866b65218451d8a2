-- Enqueues dead tasks again, in one statement: nobody sees them twice or not at all. Locks the dead rows alone, and passes over those that
-- somebody else is at. They go back without a position, which tells their owners to take them in.
--
-- They get as many attempts as at first, on top of those that were made. A task that was retried before has more in max_attempts than its
-- type says, and then it is the type's number that is added; so it is for one that was given more than its type's when it was enqueued.
WITH gone AS (
    DELETE FROM dead_tasks
    WHERE id = ANY (ARRAY(
        SELECT id FROM dead_tasks WHERE id = ANY (@ids) AND (@tenant::text IS NULL OR tenant = @tenant) FOR UPDATE SKIP LOCKED))
    RETURNING *),
back AS (
    INSERT INTO tasks (id, partition, state, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, created_at, unique_key,
                       ordering_key, correlation_id, trace_parent, workflow_id, workflow_index, attempts)
    SELECT gone.id, gone.partition, 'queued', gone.priority, gone.tenant, gone.type, gone.payload, gone.retain, gone.attempt,
           gone.attempt + least(gone.max_attempts, coalesce(known.max_attempts, gone.max_attempts)), now(), gone.created_at, gone.unique_key,
           gone.ordering_key, gone.correlation_id, gone.trace_parent, gone.workflow_id, gone.workflow_index, gone.attempts
    FROM gone LEFT JOIN task_types AS known ON known.name = gone.type
    RETURNING id, partition, tenant, type, unique_key),
-- The key is held again where nobody has taken it in the meantime.
held AS (
    INSERT INTO task_unique_keys (tenant, type, key, task_id)
    SELECT tenant, type, unique_key, id FROM back WHERE unique_key IS NOT NULL
    ON CONFLICT DO NOTHING)
SELECT partition FROM back
