-- Workflows: tasks that belong together. A chain runs one after the other and hands each result to the next; a group runs at the same time;
-- a chord is a group with a callback that gets all results. Who ends a task of one calls advance_workflows in the same transaction, so
-- that what comes next is there exactly when what was before has ended.

CREATE TYPE task_workflow_kind AS ENUM ('chain', 'group', 'chord');
CREATE TYPE task_workflow_policy AS ENUM ('stop', 'continue');
CREATE TYPE task_workflow_state AS ENUM ('running', 'succeeded', 'failed', 'cancelled');
-- waiting: its task is not there yet. started: it is, or has been.
CREATE TYPE task_step_state AS ENUM ('waiting', 'started', 'succeeded', 'dead', 'cancelled', 'expired');

CREATE TABLE task_workflows
(
    -- Version 7 of RFC 9562, with zero where a task's id has its partition.
    id          uuid PRIMARY KEY,
    tenant      text COLLATE "C"     NOT NULL,
    kind        task_workflow_kind   NOT NULL,
    on_failure  task_workflow_policy NOT NULL,
    state       task_workflow_state  NOT NULL DEFAULT 'running',
    -- Without the callback.
    tasks       int                  NOT NULL CHECK (tasks BETWEEN 1 AND 10000),
    -- Of these, how many have not ended. The row's lock is what makes "the last one" be one.
    remaining   int                  NOT NULL CHECK (remaining BETWEEN 0 AND tasks),
    -- Why it failed, for a person.
    error       text,
    created_at  timestamptz          NOT NULL DEFAULT now(),
    finished_at timestamptz,
    CHECK ((state = 'running') = (finished_at IS NULL))
)
-- Every end of a task updates its workflow's row: room for its versions keeps it on its page.
WITH (fillfactor = 70);

CREATE INDEX task_workflows_newest ON task_workflows (tenant, id DESC);
CREATE INDEX task_workflows_age ON task_workflows (finished_at) WHERE finished_at IS NOT NULL;

CREATE TABLE task_workflow_steps
(
    workflow_id    uuid             NOT NULL REFERENCES task_workflows (id) ON DELETE CASCADE,
    -- From 0, in the order given; the callback is behind the last.
    index          int              NOT NULL CHECK (index >= 0),
    is_callback    boolean          NOT NULL,
    -- Allotted at the start, so that who starts the workflow can be told all of them.
    task_id        uuid             NOT NULL UNIQUE,
    partition      int              NOT NULL,
    type           text COLLATE "C" NOT NULL,
    queue          text COLLATE "C" NOT NULL,
    -- Until its task is there; from then on the task has it.
    payload        json,
    priority       smallint         NOT NULL CHECK (priority BETWEEN 0 AND 9),
    max_attempts   int              NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
    retain         task_retention   NOT NULL,
    run_at         timestamptz,
    -- Counted from when its turn comes.
    delay_seconds  double precision CHECK (delay_seconds >= 0),
    expires_at     timestamptz,
    ordering_key   text COLLATE "C",
    correlation_id text,
    trace_parent   text,
    state          task_step_state  NOT NULL,
    -- Of a chord's tasks, until the callback has it.
    result         json,
    PRIMARY KEY (workflow_id, index),
    CHECK (state <> 'waiting' OR payload IS NOT NULL)
);

-- Writes a workflow, its steps and the tasks that come first, and answers what was made: one row for each step, in order. The arrays are of
-- one length; where there is a callback, it is the last of each.
CREATE FUNCTION start_workflow(
    the_tenant text, the_kind task_workflow_kind, the_policy task_workflow_policy, has_callback boolean, types text[], queues text[],
    payloads text[], priorities int[], max_attempts int[], retains text[], run_ats timestamptz[], delays double precision[],
    expiries timestamptz[], ordering_keys text[], the_correlation_id text, the_trace_parent text)
    RETURNS TABLE (workflow_id uuid, task_id uuid, partition int, is_started boolean)
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_column
DECLARE
    flow  uuid := new_task_id(0);
    steps int  := cardinality(types);
    made  int;
BEGIN
    INSERT INTO task_workflows (id, tenant, kind, on_failure, tasks, remaining)
    VALUES (flow, the_tenant, the_kind, the_policy, steps - has_callback::int, steps - has_callback::int);

    -- Fenced: the number is drawn once for each step, not once for each pair of a step and a partition.
    WITH numbered AS MATERIALIZED (
        SELECT step.*, task_partition_number(the_tenant, step.ordering_key, size.partitions::int) AS number
        FROM unnest(types, queues, payloads, priorities, max_attempts, retains, run_ats, delays, expiries, ordering_keys)
                 WITH ORDINALITY AS step (type, queue, payload, priority, max_attempts, retain, run_at, delay_seconds, expires_at, ordering_key, place)
        JOIN (SELECT queue, count(*) AS partitions FROM task_partitions GROUP BY queue) AS size ON size.queue = step.queue)
    INSERT INTO task_workflow_steps (workflow_id, index, is_callback, task_id, partition, type, queue, payload, priority, max_attempts, retain,
                                     run_at, delay_seconds, expires_at, ordering_key, correlation_id, trace_parent, state)
    SELECT flow, place - 1, has_callback AND place = steps, new_task_id(home.id), home.id, numbered.type, numbered.queue, payload::json, priority,
           numbered.max_attempts, retain::task_retention, run_at, delay_seconds, expires_at, ordering_key, the_correlation_id, the_trace_parent,
           'waiting'
    FROM numbered JOIN task_partitions AS home ON home.queue = numbered.queue AND home.number = numbered.number
    -- In their order, so that ids sort as the tasks do.
    ORDER BY place;
    GET DIAGNOSTICS made = ROW_COUNT;
    IF made <> steps THEN
        RAISE EXCEPTION 'a task of the workflow names a queue that is not there' USING ERRCODE = 'foreign_key_violation',
            HINT = 'SELECT name FROM task_queues lists them.';
    END IF;

    PERFORM begin_workflow_steps(flow, 0, CASE WHEN the_kind = 'chain' THEN 0 ELSE steps - has_callback::int - 1 END, NULL, NULL);

    RETURN QUERY
        SELECT flow, step.task_id, step.partition, step.state = 'started'
        FROM task_workflow_steps AS step WHERE step.workflow_id = flow ORDER BY step.index;
END
$$;

-- An object's text with one member more, at its beginning.
CREATE FUNCTION json_with_member(object text, member text, value text)
    RETURNS text
    LANGUAGE sql
    IMMUTABLE
    SET search_path = pg_catalog, pg_temp
AS
$$
    SELECT '{' || to_json(member)::text || ':' || coalesce(value, 'null')
               || CASE WHEN rest ~ '^[ \t\n\r]*\}' THEN '' ELSE ',' END || rest
    FROM (SELECT substr(ltrim(object, E' \t\n\r'), 2)) AS inside (rest)
$$;

-- Makes the tasks of the steps first to last that wait, and answers their partitions. What has begun is left alone: it begins once.
--
-- With a member, that and its value (JSON) are put into the payload, as text: a round through jsonb would refuse what json takes, and
-- write numbers anew. Who started the workflow has seen to it that the payload is an object without that member.
CREATE FUNCTION begin_workflow_steps(the_workflow uuid, first_index int, last_index int, the_member text, the_value text)
    RETURNS SETOF int
    LANGUAGE sql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
    WITH begun AS (
        UPDATE task_workflow_steps AS step
        SET state = 'started', payload = NULL
        FROM task_workflow_steps AS before, task_workflows AS flow
        WHERE step.workflow_id = the_workflow AND step.index BETWEEN first_index AND last_index AND step.state = 'waiting'
          AND before.workflow_id = step.workflow_id AND before.index = step.index AND flow.id = step.workflow_id
        RETURNING step.*, flow.tenant, before.payload AS whole_payload),
    task AS (
        INSERT INTO tasks (id, partition, state, priority, tenant, type, payload, retain, max_attempts, run_at, expires_at, ordering_key,
                           correlation_id, trace_parent, workflow_id, workflow_index)
        SELECT task_id, partition, 'queued', priority, tenant, type,
               CASE WHEN the_member IS NULL THEN whole_payload ELSE json_with_member(whole_payload::text, the_member, the_value)::json END,
               retain, max_attempts, coalesce(run_at, now() + make_interval(secs => coalesce(delay_seconds, 0))), expires_at, ordering_key,
               correlation_id, trace_parent, workflow_id, index
        FROM begun
        ORDER BY index
        RETURNING partition)
    SELECT DISTINCT partition FROM task
$$;

-- Ends a workflow otherwise than well. What has not begun never does; of what has, those that nobody writes at this moment are marked, and
-- their partitions answered: the owner ends what does not run, and lets what runs come to its end.
--
-- SKIP LOCKED, because the owner of another partition may be ending such a task, holds the row, and waits for the workflow that is locked
-- here. A row that is passed by so and lives on is found by cancel_workflow_leftovers.
CREATE FUNCTION end_workflow(the_workflow uuid, the_state task_workflow_state, the_error text)
    RETURNS SETOF int
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
BEGIN
    UPDATE task_workflow_steps SET state = 'cancelled' WHERE workflow_id = the_workflow AND state = 'waiting';
    UPDATE task_workflows
    SET state = the_state, error = left(the_error, 2000), finished_at = now(),
        remaining = (SELECT count(*) FROM task_workflow_steps AS step
                     WHERE step.workflow_id = the_workflow AND NOT step.is_callback AND step.state = 'started')
    WHERE id = the_workflow;
    RETURN QUERY
        WITH open AS MATERIALIZED (
            SELECT task.id FROM tasks AS task WHERE task.workflow_id = the_workflow AND NOT task.cancel_requested FOR UPDATE SKIP LOCKED),
        marked AS (
            UPDATE tasks AS task SET cancel_requested = TRUE FROM open WHERE task.id = open.id RETURNING task.partition)
        SELECT DISTINCT marked.partition FROM marked;
END
$$;

-- What is to follow from tasks that ended: called by who ends them, in the transaction that ends them, with one entry for each (results as
-- JSON, NULL for none). Answers the partitions in which there is something new to be looked at.
--
-- A step counts once: who says again what was said changes nothing. A dead one that was retried and succeeded is written as that, and a
-- workflow that had failed for it goes on where that is all that was wrong with it.
--
-- Locks the workflows first, in the order of their ids, and from then on waits for nobody: flushes of several owners that share several
-- workflows cannot wait for each other in a circle. Relies on READ COMMITTED, where each statement sees what was committed before it.
CREATE FUNCTION advance_workflows(workflow_ids uuid[], step_indexes int[], ends task_end[], results text[])
    RETURNS TABLE (partition int)
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_column
DECLARE
    -- A callback's payload, in bytes; the 256 KiB of other payloads are for callers.
    max_payload CONSTANT int := 16777216;
    flow        record;
    given       text;
    callback    boolean;
    refused     text;
    goes_on     boolean;
BEGIN
    PERFORM FROM task_workflows WHERE id = ANY (workflow_ids) ORDER BY id FOR NO KEY UPDATE;

    FOR flow IN
        WITH ended AS MATERIALIZED (
            SELECT DISTINCT ON (said.workflow_id, said.index) said.*
            FROM unnest(workflow_ids, step_indexes, ends, results) WITH ORDINALITY AS said (workflow_id, index, state, result, place)
            ORDER BY said.workflow_id, said.index, said.place DESC),
        changed AS (
            UPDATE task_workflow_steps AS step
            SET state  = ended.state::text::task_step_state,
                result = CASE WHEN parent.kind = 'chord' AND NOT step.is_callback AND ended.state = 'succeeded' THEN ended.result::json END
            FROM ended, task_workflow_steps AS before, task_workflows AS parent
            WHERE step.workflow_id = ended.workflow_id AND step.index = ended.index
              AND before.workflow_id = ended.workflow_id AND before.index = ended.index AND parent.id = ended.workflow_id
              AND (before.state IN ('waiting', 'started') OR (before.state = 'dead' AND ended.state = 'succeeded'))
            RETURNING step.workflow_id, step.index, step.is_callback, step.state, ended.result AS said, before.state <> 'dead' AS is_first)
        SELECT parent.*, sum.*
        FROM (SELECT changed.workflow_id,
                     count(*) FILTER (WHERE changed.is_first AND NOT changed.is_callback)                               AS newly,
                     count(*) FILTER (WHERE NOT changed.is_first AND NOT changed.is_callback)                           AS mended,
                     (array_agg(changed.state ORDER BY changed.index) FILTER (WHERE changed.is_callback))[1]            AS callback_state,
                     (array_agg(changed.index ORDER BY changed.index)
                      FILTER (WHERE changed.state <> 'succeeded' AND NOT changed.is_callback))[1]                       AS bad_index,
                     max(changed.index) FILTER (WHERE NOT changed.is_callback)                                         AS last_index,
                     (array_agg(CASE WHEN changed.state = 'succeeded' THEN changed.said END ORDER BY changed.index DESC)
                      FILTER (WHERE NOT changed.is_callback))[1]                                                        AS last_result
              FROM changed GROUP BY changed.workflow_id) AS sum
        JOIN task_workflows AS parent ON parent.id = sum.workflow_id
        ORDER BY parent.id
    LOOP
        goes_on := flow.state = 'running';

        -- The callback's end is the workflow's. One that was cancelled stays so.
        IF flow.callback_state IS NOT NULL THEN
            IF flow.state <> 'cancelled' THEN
                UPDATE task_workflows
                SET state = CASE WHEN flow.callback_state = 'succeeded' THEN 'succeeded' ELSE 'failed' END::task_workflow_state,
                    error = CASE WHEN flow.callback_state <> 'succeeded' THEN format('the callback is %s', flow.callback_state) END,
                    finished_at = now()
                WHERE id = flow.id;
            END IF;
            CONTINUE;
        END IF;

        IF flow.newly > 0 THEN
            UPDATE task_workflows SET remaining = task_workflows.remaining - flow.newly WHERE id = flow.id;
        END IF;

        -- What it had failed for is mended: a chain goes on behind it, the others where nothing else is wrong with them.
        IF flow.mended > 0 AND flow.state = 'failed' AND (flow.kind = 'chain' OR NOT EXISTS (
            SELECT FROM task_workflow_steps AS step
            WHERE step.workflow_id = flow.id AND NOT step.is_callback AND step.state NOT IN ('succeeded', 'started'))) THEN
            UPDATE task_workflow_steps AS step SET state = 'waiting'
            WHERE step.workflow_id = flow.id AND step.state = 'cancelled' AND step.payload IS NOT NULL;
            UPDATE task_workflows
            SET state = 'running', error = NULL, finished_at = NULL,
                remaining = (SELECT count(*) FROM task_workflow_steps AS step
                             WHERE step.workflow_id = flow.id AND NOT step.is_callback AND step.state IN ('waiting', 'started'))
            WHERE id = flow.id;
            goes_on := TRUE;
        END IF;
        CONTINUE WHEN NOT goes_on;

        IF flow.bad_index IS NOT NULL AND flow.on_failure = 'stop' THEN
            RETURN QUERY
                SELECT * FROM end_workflow(flow.id, 'failed', format('task %s is %s', flow.bad_index,
                    (SELECT step.state FROM task_workflow_steps AS step WHERE step.workflow_id = flow.id AND step.index = flow.bad_index)));
            CONTINUE;
        END IF;

        callback := FALSE;
        IF flow.kind = 'chain' THEN
            -- A step mended after the chain had gone on without it changes nothing of what follows.
            CONTINUE WHEN flow.newly = 0 AND flow.state = 'running';
            given := coalesce(flow.last_result, 'null');
            refused := begin_refusal(flow.id, flow.last_index + 1, given, max_payload);
            IF refused IS NOT NULL THEN
                RETURN QUERY SELECT * FROM end_workflow(flow.id, 'failed', refused);
                CONTINUE;
            END IF;
            RETURN QUERY SELECT * FROM begin_workflow_steps(flow.id, flow.last_index + 1, flow.last_index + 1, 'previous', given);
        ELSIF flow.kind = 'chord' AND NOT EXISTS (SELECT FROM task_workflows WHERE id = flow.id AND remaining > 0) THEN
            callback := TRUE;
            -- Looked at before it is put together: ten thousand results could be more than a text may be.
            IF (SELECT sum(octet_length(step.result::text) + 1) FROM task_workflow_steps AS step WHERE step.workflow_id = flow.id) > max_payload THEN
                refused := format('the results are more than the %s MiB that a callback''s payload may have', max_payload / 1048576);
            ELSE
                SELECT '[' || string_agg(coalesce(step.result::text, 'null'), ',' ORDER BY step.index) || ']' INTO given
                FROM task_workflow_steps AS step WHERE step.workflow_id = flow.id AND NOT step.is_callback;
                refused := begin_refusal(flow.id, flow.tasks, given, max_payload);
            END IF;
            IF refused IS NOT NULL THEN
                RETURN QUERY SELECT * FROM end_workflow(flow.id, 'failed', refused);
                CONTINUE;
            END IF;
            RETURN QUERY SELECT * FROM begin_workflow_steps(flow.id, flow.tasks, flow.tasks, 'results', given);
            -- The callback has them now.
            UPDATE task_workflow_steps AS step SET result = NULL WHERE step.workflow_id = flow.id AND step.result IS NOT NULL;
        END IF;

        IF NOT callback THEN
            UPDATE task_workflows SET state = 'succeeded', finished_at = now() WHERE id = flow.id AND remaining = 0;
        END IF;
    END LOOP;
END
$$;

-- Why a step cannot begin with what it is given; NULL where it can, and where there is no such step.
CREATE FUNCTION begin_refusal(the_workflow uuid, the_index int, given text, max_payload int)
    RETURNS text
    LANGUAGE sql
    STABLE
    SET search_path = public, pg_catalog, pg_temp
AS
$$
    SELECT format('the payload of task %s would have %s bytes with what it is given, more than %s MiB', the_index,
                  octet_length(payload::text) + octet_length(given), max_payload / 1048576)
    FROM task_workflow_steps
    WHERE workflow_id = the_workflow AND index = the_index AND octet_length(payload::text) + octet_length(given) + 16 > max_payload
$$;

-- Stops a running workflow; answers the partitions to be told. One that has ended stays as it is.
CREATE FUNCTION cancel_workflow(the_workflow uuid)
    RETURNS TABLE (partition int)
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
BEGIN
    PERFORM FROM task_workflows WHERE id = the_workflow AND state = 'running' FOR NO KEY UPDATE;
    IF FOUND THEN
        RETURN QUERY SELECT * FROM end_workflow(the_workflow, 'cancelled', NULL);
    END IF;
END
$$;

-- Marks what end_workflow passed by because its owner was writing it at that moment; answers the partitions to be told.
CREATE FUNCTION cancel_workflow_leftovers()
    RETURNS TABLE (partition int)
    LANGUAGE sql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
    WITH open AS MATERIALIZED (
        SELECT task.id
        FROM task_workflows AS flow JOIN tasks AS task ON task.workflow_id = flow.id
        WHERE flow.state IN ('failed', 'cancelled') AND flow.finished_at > now() - interval '1 hour' AND NOT task.cancel_requested
          -- A dead one that somebody retries is to run.
          AND EXISTS (SELECT FROM task_workflow_steps AS step
                      WHERE step.workflow_id = flow.id AND step.index = task.workflow_index AND step.state = 'started')
        LIMIT 10000
        FOR UPDATE OF task SKIP LOCKED),
    marked AS (
        UPDATE tasks AS task SET cancel_requested = TRUE FROM open WHERE task.id = open.id RETURNING task.partition)
    SELECT DISTINCT marked.partition FROM marked
$$;

-- A task that is not there because its turn in its workflow has not come, or never will. For who looks for a task by its id.
CREATE FUNCTION find_workflow_step(the_task uuid)
    RETURNS TABLE (id uuid, tenant text, type text, queue text, state text, priority smallint, payload json, max_attempts int,
                   created_at timestamptz, run_at timestamptz, finished_at timestamptz, expires_at timestamptz, ordering_key text,
                   correlation_id text, workflow_id uuid)
    LANGUAGE sql
    STABLE
    SET search_path = public, pg_catalog, pg_temp
AS
$$
    SELECT step.task_id, flow.tenant, step.type, step.queue, CASE step.state WHEN 'waiting' THEN 'scheduled' ELSE 'cancelled' END, step.priority,
           step.payload, step.max_attempts, flow.created_at, coalesce(step.run_at, flow.created_at), flow.finished_at, step.expires_at,
           step.ordering_key, step.correlation_id, flow.id
    FROM task_workflow_steps AS step JOIN task_workflows AS flow ON flow.id = step.workflow_id
    WHERE step.task_id = the_task AND step.payload IS NOT NULL
$$;

REVOKE EXECUTE ON FUNCTION
    start_workflow(text, task_workflow_kind, task_workflow_policy, boolean, text[], text[], text[], int[], int[], text[], timestamptz[],
        double precision[], timestamptz[], text[], text, text),
    json_with_member(text, text, text), begin_workflow_steps(uuid, int, int, text, text), end_workflow(uuid, task_workflow_state, text),
    advance_workflows(uuid[], int[], task_end[], text[]), begin_refusal(uuid, int, text, int), cancel_workflow(uuid),
    cancel_workflow_leftovers(), find_workflow_step(uuid) FROM PUBLIC;

-- Of the functions before these nobody outside needs more than enqueue_task.
REVOKE EXECUTE ON FUNCTION new_task_id(int), task_partition_number(text, text, int), task_history_maintain(int) FROM PUBLIC;
