-- The task engine: where tasks wait, and what is kept of those that ended. What is waiting lives in `tasks`, which stays small: a task that
-- ends leaves it in the transaction that ends it, for a history that is dropped a day at a time, or for `dead_tasks`.
--
-- Nothing here says "running": the grain that owns the partition knows it, and a crash of that grain dispatches anew what is not ended.

CREATE TABLE task_queues
(
    name               text COLLATE "C" PRIMARY KEY CHECK (name ~ '^[a-z0-9][a-z0-9._-]{0,62}$'),
    paused             boolean     NOT NULL DEFAULT FALSE,
    -- Starts a second, and running at a time, over all partitions; NULL for no limit.
    rate_limit         int CHECK (rate_limit > 0),
    concurrency        int CHECK (concurrency > 0),
    -- The same for each tenant in it.
    tenant_rate_limit  int CHECK (tenant_rate_limit > 0),
    tenant_concurrency int CHECK (tenant_concurrency > 0),
    -- Turns in a round inside one priority, by tenant; 1 for who is not named.
    tenant_weights     jsonb       NOT NULL DEFAULT '{}' CHECK (jsonb_typeof(tenant_weights) = 'object'),
    revision           bigint      NOT NULL DEFAULT 1,
    updated_at         timestamptz NOT NULL DEFAULT now()
);

-- A queue is one or more partitions, each owned by one grain. The row is the owner's seat: whoever holds the newest epoch may write, and
-- every flush locks the row and looks (check_epoch).
CREATE TABLE task_partitions
(
    id       int GENERATED ALWAYS AS IDENTITY PRIMARY KEY CHECK (id BETWEEN 1 AND 65535),
    queue    text COLLATE "C" NOT NULL REFERENCES task_queues (name),
    number   int              NOT NULL CHECK (number >= 0),
    epoch    bigint           NOT NULL DEFAULT 0,
    -- Whether the last owner left in order, with nothing running.
    is_clean boolean          NOT NULL DEFAULT TRUE,
    UNIQUE (queue, number)
)
-- The epoch's row is locked by every flush and changed by few: room for its versions keeps it on its page.
WITH (fillfactor = 50);

-- What is known of each type, written at start by the processes that have its contract: for enqueue_task, and for those who look.
CREATE TABLE task_types
(
    name         text COLLATE "C" PRIMARY KEY,
    queue        text COLLATE "C" NOT NULL REFERENCES task_queues (name),
    max_attempts int              NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
    updated_at   timestamptz      NOT NULL DEFAULT now()
);

CREATE TYPE task_state AS ENUM ('queued', 'waiting', 'scheduled');
CREATE TYPE task_end AS ENUM ('succeeded', 'dead', 'cancelled', 'expired');
CREATE TYPE task_retention AS ENUM ('nothing', 'result', 'everything');

CREATE TABLE tasks
(
    -- Version 7 of RFC 9562: ids sort by when they were made. Bytes 9 and 10 are the partition, so that an id says who owns it.
    id               uuid PRIMARY KEY,
    -- No foreign key: it would be looked up for each row. The id is checked against it instead.
    partition        int              NOT NULL,
    -- The place in its partition's order, given by the owner whenever the task becomes ready: epoch * 2^40 + a count. NULL until the owner
    -- has taken it in, which is the owner's mark of what others wrote: a cursor over ids would pass by what commits late.
    position         bigint,
    -- waiting: another task of its ordering key is before it. scheduled: not before run_at.
    state            task_state       NOT NULL DEFAULT 'queued',
    priority         smallint         NOT NULL CHECK (priority BETWEEN 0 AND 9),
    -- Empty: the platform's own.
    tenant           text COLLATE "C" NOT NULL,
    type             text COLLATE "C" NOT NULL,
    -- json, not jsonb: nobody looks inside, and the text comes back as it was sent.
    payload          json             NOT NULL,
    retain           task_retention   NOT NULL,
    -- Attempts that began and are known to have failed or been lost; one under way is not in it, except in doubt.
    attempt          int              NOT NULL DEFAULT 0 CHECK (attempt >= 0),
    max_attempts     int              NOT NULL CHECK (max_attempts > 0),
    -- 1: attempt number `attempt` was begun among others, 2: alone, after an owner had died, and its end is not known.
    doubt            smallint         NOT NULL DEFAULT 0 CHECK (doubt BETWEEN 0 AND 2),
    run_at           timestamptz      NOT NULL DEFAULT now(),
    expires_at       timestamptz,
    created_at       timestamptz      NOT NULL DEFAULT now(),
    unique_key       text COLLATE "C",
    ordering_key     text COLLATE "C",
    correlation_id   text,
    trace_parent     text,
    workflow_id      uuid,
    workflow_index   int,
    cancel_requested boolean          NOT NULL DEFAULT FALSE,
    -- Those that failed: [{number, started_at, ended_at, worker, error: {type, message}}].
    attempts         json,
    CHECK ((get_byte(uuid_send(id), 9) << 8 | get_byte(uuid_send(id), 10)) = partition),
    CHECK (state <> 'waiting' OR ordering_key IS NOT NULL),
    CHECK ((workflow_id IS NULL) = (workflow_index IS NULL))
)
-- Rows live for moments and by the million: dead ones are to be cleared early, by their number and not by their share.
WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0,
      autovacuum_vacuum_insert_threshold = 1000000);

-- A lane: what is ready of one priority, tenant and type, in order. The owner reads on from where it was, never from the start.
CREATE INDEX tasks_lane ON tasks (partition, priority, tenant, type, position) WHERE state = 'queued' AND position IS NOT NULL;
CREATE INDEX tasks_due ON tasks (partition, run_at) WHERE state = 'scheduled' AND position IS NOT NULL;
CREATE INDEX tasks_unseen ON tasks (partition, id) WHERE position IS NULL;
-- Of each ordering key one task is ahead, and the others wait in their order. The key is one expression, which no other index has: whatever
-- the statistics say, these are the only ones that a search for it can use.
CREATE INDEX tasks_ordered_ahead ON tasks (partition, (tenant || '/' || ordering_key))
    WHERE ordering_key IS NOT NULL AND position IS NOT NULL AND state <> 'waiting';
CREATE INDEX tasks_ordered_waiting ON tasks (partition, (tenant || '/' || ordering_key), id)
    WHERE ordering_key IS NOT NULL AND position IS NOT NULL AND state = 'waiting';
CREATE INDEX tasks_expiring ON tasks (partition, expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX tasks_cancelled ON tasks (partition) WHERE cancel_requested;
CREATE INDEX tasks_doubtful ON tasks (partition) WHERE doubt > 0;
CREATE INDEX tasks_of_workflow ON tasks (workflow_id) WHERE workflow_id IS NOT NULL;
-- For lists, newest first: read backwards. A descending index would serve them as well and cost more, since each new id would go to the left
-- end of its tenant's part, whose pages then split in the middle.
CREATE INDEX tasks_newest ON tasks (tenant, id);

-- A key is held while its task is unfinished, or until a time.
CREATE TABLE task_unique_keys
(
    tenant     text COLLATE "C" NOT NULL,
    type       text COLLATE "C" NOT NULL,
    key        text COLLATE "C" NOT NULL,
    task_id    uuid             NOT NULL,
    held_until timestamptz,
    PRIMARY KEY (tenant, type, key)
);
CREATE INDEX task_unique_keys_age ON task_unique_keys (held_until) WHERE held_until IS NOT NULL;

-- Effects and the end of their task in one commit: the handler's own transaction inserts this row. It does not touch the task's row, so no
-- handler can hold up a flush; a second run of the task meets the primary key, and what it did goes with its transaction.
CREATE TABLE task_completions
(
    task_id      uuid PRIMARY KEY,
    attempt      int         NOT NULL,
    result       json,
    completed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX task_completions_age ON task_completions (completed_at);

CREATE TABLE task_history
(
    id             uuid             NOT NULL,
    -- The day on which this row may go: what a partition holds goes as one.
    drop_on        date             NOT NULL,
    state          task_end         NOT NULL,
    queue          text COLLATE "C" NOT NULL,
    priority       smallint         NOT NULL,
    tenant         text COLLATE "C" NOT NULL,
    type           text COLLATE "C" NOT NULL,
    payload        json             NOT NULL,
    result         json,
    attempt        int              NOT NULL,
    max_attempts   int              NOT NULL,
    run_at         timestamptz      NOT NULL,
    created_at     timestamptz      NOT NULL,
    -- Of the last attempt; NULL where none began.
    started_at     timestamptz,
    finished_at    timestamptz      NOT NULL,
    worker         text,
    unique_key     text,
    ordering_key   text,
    correlation_id text,
    workflow_id    uuid,
    workflow_index int,
    progress       json,
    attempts       json,
    PRIMARY KEY (id, drop_on)
) PARTITION BY RANGE (drop_on);

-- One index for every filter of the list: the few combinations that a tenant has are found by skipping from one to the next, and the
-- newest of each are merged. A list costs the same at ten rows and at ten million.
CREATE INDEX task_history_list ON task_history (tenant, type, queue, state, id);

-- Where no partition was made in time: nothing is refused for it. Kept empty by task_history_maintain.
CREATE TABLE task_history_other PARTITION OF task_history DEFAULT;

-- Kept whatever `retain` says, until they are retried or purged, or are old.
CREATE TABLE dead_tasks
(
    id             uuid PRIMARY KEY,
    partition      int              NOT NULL,
    queue          text COLLATE "C" NOT NULL,
    priority       smallint         NOT NULL,
    tenant         text COLLATE "C" NOT NULL,
    type           text COLLATE "C" NOT NULL,
    payload        json             NOT NULL,
    retain         task_retention   NOT NULL,
    attempt        int              NOT NULL,
    max_attempts   int              NOT NULL,
    run_at         timestamptz      NOT NULL,
    created_at     timestamptz      NOT NULL,
    started_at     timestamptz,
    finished_at    timestamptz      NOT NULL,
    worker         text,
    unique_key     text,
    ordering_key   text,
    correlation_id text,
    trace_parent   text,
    workflow_id    uuid,
    workflow_index int,
    progress       json,
    attempts       json
);
CREATE INDEX dead_tasks_list ON dead_tasks (tenant, type, queue, id);
CREATE INDEX dead_tasks_age ON dead_tasks (finished_at);
CREATE INDEX dead_tasks_queue ON dead_tasks (queue);

-- For people with a prompt.
CREATE VIEW task_list AS
SELECT task.id, home.queue, task.tenant, task.type,
       CASE WHEN task.state = 'scheduled' AND task.attempt > 0 THEN 'retrying'
            WHEN task.state = 'waiting' THEN 'queued'
            ELSE task.state::text END AS state,
       task.priority, task.attempt, task.max_attempts, task.created_at, task.run_at, NULL::timestamptz AS finished_at
FROM tasks AS task JOIN task_partitions AS home ON home.id = task.partition
UNION ALL
SELECT id, queue, tenant, type, 'dead', priority, attempt, max_attempts, created_at, run_at, finished_at
FROM dead_tasks
UNION ALL
SELECT id, queue, tenant, type, state::text, priority, attempt, max_attempts, created_at, run_at, finished_at
FROM task_history;
