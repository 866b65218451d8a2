-- What is done about tasks now and then.

-- Tasks that came from a database of a module's own: a row that is met again, because who moved it died before deleting it there, makes no
-- second task, even where the first has ended and left. Kept for a day.
CREATE TABLE task_relayed
(
    id         uuid PRIMARY KEY,
    relayed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX task_relayed_age ON task_relayed (relayed_at);

-- Takes in what a module's database had in its task_outbox, as an array of its rows. Answers the partitions in which there is something new.
-- What was taken in before, and what has a unique key that is held, is passed by.
CREATE FUNCTION relay_tasks(outbox json)
    RETURNS TABLE (partition int)
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_column
BEGIN
    DELETE FROM task_unique_keys AS held
    USING json_to_recordset(outbox) AS sent (tenant text, type text, unique_key text)
    WHERE held.tenant = sent.tenant AND held.type = sent.type AND held.key = sent.unique_key AND held.held_until <= now();

    RETURN QUERY
        WITH sent AS MATERIALIZED (
            SELECT * FROM json_to_recordset(outbox) AS sent (
                seq bigint, id uuid, partition int, tenant text, type text, payload json, priority int, retain text, max_attempts int,
                run_at timestamptz, expires_at timestamptz, unique_key text, unique_until timestamptz, ordering_key text, correlation_id text,
                trace_parent text)),
        -- Of two that move the same row the second waits here for the first's commit, and then finds it done.
        new AS (
            INSERT INTO task_relayed AS relayed (id) SELECT sent.id FROM sent ORDER BY sent.id ON CONFLICT DO NOTHING RETURNING relayed.id),
        keyed AS (
            INSERT INTO task_unique_keys AS held (tenant, type, key, task_id, held_until)
            SELECT sent.tenant, sent.type, sent.unique_key, sent.id, sent.unique_until
            FROM sent JOIN new ON new.id = sent.id
            WHERE sent.unique_key IS NOT NULL
            ORDER BY sent.tenant, sent.type, sent.unique_key, sent.seq
            ON CONFLICT DO NOTHING
            RETURNING held.task_id),
        task AS (
            INSERT INTO tasks AS made (id, partition, state, priority, tenant, type, payload, retain, max_attempts, run_at, expires_at, unique_key,
                                       ordering_key, correlation_id, trace_parent)
            SELECT sent.id, sent.partition, 'queued', sent.priority, sent.tenant, sent.type, sent.payload, sent.retain::task_retention,
                   sent.max_attempts, sent.run_at, sent.expires_at, sent.unique_key, sent.ordering_key, sent.correlation_id, sent.trace_parent
            FROM sent JOIN new ON new.id = sent.id
            WHERE sent.unique_key IS NULL OR EXISTS (SELECT FROM keyed WHERE keyed.task_id = sent.id)
            ORDER BY sent.seq
            RETURNING made.partition)
        SELECT DISTINCT task.partition FROM task;
END
$$;

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

REVOKE EXECUTE ON FUNCTION relay_tasks(json), settle_completed_tasks(int) FROM PUBLIC;
