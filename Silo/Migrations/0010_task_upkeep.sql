-- What is done about tasks now and then.

-- Tasks that came from a database of a module's own: a row that is met again, because who moved it died before deleting it there, makes no
-- second task, even where the first has ended and left. Kept for a day.
CREATE TABLE task_relayed
(
    id         uuid PRIMARY KEY,
    relayed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX task_relayed_age ON task_relayed (relayed_at);

-- A dead task whose handler's own commit came after it had been given up did succeed: it becomes history with its result, and its workflow
-- goes on. Answers the partitions in which there is something new.
CREATE FUNCTION settle_completed_tasks(keep_days int)
    RETURNS TABLE (partition int)
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_column
DECLARE
    settled record;
BEGIN
    WITH found AS MATERIALIZED (
        SELECT dead.id, done.result, done.completed_at
        FROM dead_tasks AS dead JOIN task_completions AS done ON done.task_id = dead.id
        LIMIT 5000
        -- Somebody who retries it at this moment has it.
        FOR UPDATE OF dead SKIP LOCKED),
    taken AS (
        DELETE FROM dead_tasks AS dead USING found WHERE dead.id = found.id RETURNING dead.*, found.result, found.completed_at),
    kept AS (
        INSERT INTO task_history (id, drop_on, state, queue, priority, tenant, type, payload, result, attempt, max_attempts, run_at, created_at,
                                  started_at, finished_at, worker, unique_key, ordering_key, correlation_id, workflow_id, workflow_index, progress,
                                  attempts)
        SELECT id, (now() AT TIME ZONE 'UTC')::date + CASE retain WHEN 'everything' THEN keep_days ELSE 2 END, 'succeeded', queue, priority, tenant,
               type, payload, result, attempt, max_attempts, run_at, created_at, started_at, completed_at, worker, unique_key, ordering_key,
               correlation_id, workflow_id, workflow_index, progress, attempts
        FROM taken
        WHERE retain <> 'nothing')
    SELECT array_agg(workflow_id) AS workflows, array_agg(workflow_index) AS indexes, array_agg('succeeded'::task_end) AS ends,
           array_agg(result::text) AS results
    INTO settled
    FROM taken
    WHERE workflow_id IS NOT NULL;
    IF settled.workflows IS NOT NULL THEN
        RETURN QUERY SELECT DISTINCT told.partition FROM advance_workflows(settled.workflows, settled.indexes, settled.ends, settled.results) AS told;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION settle_completed_tasks(int) FROM PUBLIC;
