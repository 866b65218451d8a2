-- Effects of a task and its end in one commit. In the platform's database and in each one that a module has to itself; there the row is the
-- mark that a second run of the task meets.

-- The platform's database has it already.
CREATE TABLE IF NOT EXISTS task_completions
(
    task_id      uuid PRIMARY KEY,
    attempt      int         NOT NULL,
    result       json,
    completed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX IF NOT EXISTS task_completions_age ON task_completions (completed_at);

-- Writes down, in the handler's transaction, that the task is done. A task that was completed before fails by the primary key, and the
-- handler's transaction with it.
CREATE FUNCTION complete_task(the_task uuid, the_attempt int, the_result json)
    RETURNS void
    LANGUAGE sql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS
$$
    INSERT INTO public.task_completions (task_id, attempt, result) VALUES (the_task, the_attempt, the_result);
$$;

-- What a task that was completed before resulted in; nothing where it was not.
CREATE FUNCTION find_completion(the_task uuid)
    RETURNS TABLE (result json)
    LANGUAGE sql
    STABLE
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS
$$
    SELECT done.result FROM public.task_completions AS done WHERE done.task_id = the_task;
$$;

REVOKE EXECUTE ON FUNCTION complete_task(uuid, int, json), find_completion(uuid) FROM PUBLIC;
