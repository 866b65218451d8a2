-- The event log and who reads it. An event is a row of `events`: written by the owner of its partition of the log, which gives it its position
-- at once, or by anybody else's transaction, in which case the owner gives it one when it sees the row committed. Readers go by position, so
-- that what commits late is read late and never passed by.

-- The seat of each partition's owner, and how far its part of the log goes. A tenant's events are all in one partition.
CREATE TABLE event_partitions
(
    id            smallint PRIMARY KEY CHECK (id BETWEEN 0 AND 15),
    epoch         bigint NOT NULL DEFAULT 0,
    -- Given last. Positions grow by one; one that a failed write took may be missing.
    last_position bigint NOT NULL DEFAULT 0,
    -- Of the row at last_position: it never goes back, whatever the clock does, so that days are in the order of positions.
    last_day      date   NOT NULL DEFAULT '-infinity'
)
-- A row is changed by every flush; room for its versions keeps them on its page, off every index.
WITH (fillfactor = 10);

INSERT INTO event_partitions (id) SELECT generate_series(0, 15);

-- Where in the positions a day begins: a reader names the day that its position is in, and the days before it are not looked at. A day that
-- is dropped has no row: what is before the first one here was lost to who has not read it.
CREATE TABLE event_days
(
    partition      smallint NOT NULL REFERENCES event_partitions (id),
    day            date     NOT NULL,
    first_position bigint   NOT NULL,
    PRIMARY KEY (partition, day)
);

-- How far the streams of a partition have been delivered. What is behind it is delivered again after a crash, and nothing before it.
CREATE TABLE event_readers
(
    partition  smallint PRIMARY KEY REFERENCES event_partitions (id),
    position   bigint      NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT now()
)
WITH (fillfactor = 10);

-- The rows wait for their owner in this order: of two transactions, one of which begins when the other has committed, and within one. So no
-- session keeps numbers for later.
CREATE SEQUENCE event_seq;

-- Which partition of the log a tenant's events are in. EventPlacement.Of counts the same.
CREATE FUNCTION event_partition(tenant text)
    RETURNS smallint
    LANGUAGE sql
    IMMUTABLE STRICT PARALLEL SAFE
AS
$$
    SELECT (get_byte(sha256(convert_to(tenant, 'UTF8')), 0) & 15)::smallint
$$;

CREATE TABLE events
(
    -- Version 7 of RFC 9562 where the log gave it; else the caller's, who sends no event twice under one id (event_ids).
    id             text COLLATE "C" NOT NULL CHECK (id <> '' AND length(id) <= 64),
    -- The day whose rows are dropped together. Where the row waited over midnight the owner moves it.
    day            date             NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    partition      smallint         NOT NULL,
    position       bigint,
    tenant_id      text COLLATE "C" NOT NULL,
    -- NULL: about the tenant, not about one of its companies.
    company_id     text COLLATE "C",
    event_type     text COLLATE "C" NOT NULL CHECK (length(event_type) BETWEEN 1 AND 200),
    event_version  int              NOT NULL DEFAULT 1 CHECK (event_version > 0),
    -- The module, or whatever program it was.
    event_source   text COLLATE "C" NOT NULL DEFAULT 'sql',
    -- Events of one key are delivered in order; NULL for the company, and where there is none for the tenant.
    ordering_key   text COLLATE "C" CHECK (length(ordering_key) <= 200),
    payload        jsonb            NOT NULL CHECK (jsonb_typeof(payload) = 'object' AND pg_column_size(payload) <= 1048576),
    correlation_id text,
    trace_parent   text,
    created_at     timestamptz      NOT NULL DEFAULT now(),
    seq            bigint DEFAULT nextval('event_seq'),
    PRIMARY KEY (tenant_id, id, day)
) PARTITION BY RANGE (day);

-- Readers of the whole log; readers of one tenant's; people who look for the newest; the owner, for what it has not taken in.
CREATE UNIQUE INDEX events_of_partition ON events (partition, position, day) WHERE position IS NOT NULL;
CREATE INDEX events_of_tenant ON events (tenant_id, position) WHERE position IS NOT NULL;
CREATE INDEX events_newest ON events (created_at);
CREATE INDEX events_waiting ON events (partition, seq) WHERE position IS NULL;

-- Ids that callers gave, each once for a tenant: a partitioned table's key would have to have the day in it.
CREATE TABLE event_ids
(
    tenant_id text COLLATE "C" NOT NULL,
    event_id  text COLLATE "C" NOT NULL,
    day       date             NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
);
CREATE INDEX event_ids_age ON event_ids (day);

-- What is declared, written at start by the processes that have the contract.
CREATE TABLE event_types
(
    name           text COLLATE "C" PRIMARY KEY,
    version        int              NOT NULL CHECK (version > 0),
    -- The module; 'core' for the platform's.
    module         text COLLATE "C" NOT NULL,
    external       boolean          NOT NULL,
    -- NULL: the log's setting.
    retention_days int CHECK (retention_days > 0),
    -- The payload's field that says whose personal fields it has; NULL where it has none.
    subject         text,
    -- The payload's fields that are encrypted on their way into the log, by whoever owns its partition: it need not have the contract.
    personal_fields text[]          NOT NULL DEFAULT '{}',
    updated_at     timestamptz      NOT NULL DEFAULT now()
);

-- Types that a tenant sends under a prefix of its own.
CREATE TABLE event_prefixes
(
    tenant_id  text COLLATE "C" NOT NULL,
    prefix     text COLLATE "C" NOT NULL,
    created_at timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, prefix)
);

-- What a person's fields in payloads are encrypted with. Without its row they cannot be read any more, wherever they were copied to.
CREATE TABLE event_subject_keys
(
    tenant_id  text COLLATE "C" NOT NULL,
    subject    text COLLATE "C" NOT NULL,
    key        bytea            NOT NULL CHECK (length(key) = 32),
    created_at timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, subject)
);

-- The handlers of modules, written at start by the processes that have them. A tenant has one where event_cursors says so.
CREATE TABLE event_handlers
(
    name             text COLLATE "C" PRIMARY KEY,
    module           text COLLATE "C" NOT NULL,
    event_pattern    text COLLATE "C" NOT NULL,
    priority         smallint         NOT NULL CHECK (priority BETWEEN 0 AND 9),
    max_attempts     int              NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
    stops_on_failure boolean          NOT NULL,
    updated_at       timestamptz      NOT NULL DEFAULT now()
);

-- How far a subscription is, and how it fares: a module's handler, or a web hook (whose definition is its grain's document).
CREATE TABLE event_cursors
(
    tenant_id       text COLLATE "C" NOT NULL,
    subscription    text COLLATE "C" NOT NULL,
    -- Every matching event up to here was delivered, or is in event_retries or event_dead_letters.
    position        bigint           NOT NULL,
    -- Of the activation that may move it: a grain that lives on in a split cluster is refused.
    epoch           bigint           NOT NULL DEFAULT 0,
    state           text             NOT NULL DEFAULT 'active' CHECK (state IN ('active', 'paused', 'disabled')),
    -- Why it is disabled.
    reason          text,
    -- Events up to here are a replay, which goes no faster than its rate a second.
    replay_until    bigint,
    replay_rate     int CHECK (replay_rate > 0),
    delivered       bigint           NOT NULL DEFAULT 0,
    last_error      text,
    last_error_at   timestamptz,
    -- Nothing was delivered since, and something failed.
    failing_since   timestamptz,
    created_at      timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, subscription)
)
WITH (fillfactor = 50);

-- Events that the cursor has passed and that are not delivered: one that failed and waits for its next attempt, and those of its key behind it.
CREATE TABLE event_retries
(
    tenant_id    text COLLATE "C" NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    position     bigint           NOT NULL,
    ordering_key text COLLATE "C" NOT NULL,
    attempts     int              NOT NULL DEFAULT 0,
    -- NULL: behind another of its key, or its key is stopped.
    next_at      timestamptz,
    last_error   text,
    -- Redelivered out of the dead letters: a copy, since the log may have dropped it. NULL: read it from the log.
    event        json,
    PRIMARY KEY (tenant_id, subscription, position)
);
CREATE INDEX event_retries_due ON event_retries (next_at) WHERE next_at IS NOT NULL;

-- What could not be delivered in all its attempts, until it is redelivered or purged, or is old.
CREATE TABLE event_dead_letters
(
    tenant_id    text COLLATE "C" NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    position     bigint           NOT NULL,
    event_id     text COLLATE "C" NOT NULL,
    ordering_key text COLLATE "C" NOT NULL,
    event        json             NOT NULL,
    attempts     int              NOT NULL,
    last_error   text             NOT NULL,
    -- Nothing of its key is delivered while this row is here.
    stops_key    boolean          NOT NULL DEFAULT FALSE,
    parked_at    timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, subscription, position)
);
CREATE INDEX event_dead_letters_age ON event_dead_letters (parked_at);

-- Each delivery of a web hook.
CREATE TABLE event_attempts
(
    tenant_id    text COLLATE "C" NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    day          date             NOT NULL DEFAULT (now() AT TIME ZONE 'UTC')::date,
    at           timestamptz      NOT NULL DEFAULT clock_timestamp(),
    seq          bigint           NOT NULL DEFAULT nextval('event_seq'),
    event_id     text COLLATE "C" NOT NULL,
    event_type   text COLLATE "C" NOT NULL,
    attempt      int              NOT NULL,
    -- NULL: there was no answer, and error says why.
    status       int,
    duration_ms  int              NOT NULL,
    -- The start of what was answered.
    answer       text CHECK (length(answer) <= 1024),
    error        text
) PARTITION BY RANGE (day);
CREATE INDEX event_attempts_list ON event_attempts (tenant_id, subscription, at, seq);

-- Makes the partitions of the days around today: a clock may be a day off either way, and upkeep may be late.
CREATE FUNCTION event_days_prepare()
    RETURNS void
    LANGUAGE plpgsql
AS
$$
DECLARE
    the_day date;
    parent  text;
BEGIN
    FOREACH parent IN ARRAY ARRAY ['events', 'event_attempts'] LOOP
        FOR the_day IN SELECT generate_series(now() AT TIME ZONE 'UTC' - interval '1 day', now() AT TIME ZONE 'UTC' + interval '3 days', interval '1 day')::date LOOP
            IF to_regclass(format('%I', parent || '_' || to_char(the_day, 'YYYYMMDD'))) IS NULL THEN
                -- Of two silos the second waits, and then finds it made.
                PERFORM pg_advisory_xact_lock(hashtext('event_days'));
                EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
                               parent || '_' || to_char(the_day, 'YYYYMMDD'), parent, the_day, the_day + 1);
            END IF;
        END LOOP;
    END LOOP;
END
$$;

SELECT event_days_prepare();

REVOKE EXECUTE ON FUNCTION event_partition(text), event_days_prepare() FROM PUBLIC;

-- {tenant}/{subscription}
CREATE INDEX grain_state_event_subscription ON grain_state (split_part(key, '/', 1), split_part(key, '/', 2))
    WHERE service_id = 'buildify' AND kind = 'event_subscription';

-- Web hooks and modules' handlers, as the guide's own queries expect them.
CREATE VIEW event_subscriptions AS
SELECT cursor.subscription                                        AS id,
       cursor.tenant_id,
       coalesce(hook.payload ->> 'name', handler.name)            AS name,
       handler.module                                             AS module_name,
       coalesce(hook.payload ->> 'event_pattern', handler.event_pattern) AS event_pattern,
       coalesce((hook.payload ->> 'priority')::int, handler.priority::int) AS priority,
       hook.payload ->> 'callback_url'                            AS callback_url,
       cursor.state,
       cursor.state = 'active'                                    AS is_active,
       cursor.reason,
       cursor.position,
       cursor.delivered,
       cursor.last_error,
       cursor.last_error_at,
       cursor.failing_since,
       cursor.created_at
FROM event_cursors AS cursor
         LEFT JOIN event_handlers AS handler ON handler.name = cursor.subscription
         LEFT JOIN grain_state AS hook
                   ON hook.service_id = 'buildify' AND hook.kind = 'event_subscription' AND hook.payload IS NOT NULL
                       AND split_part(hook.key, '/', 1) = cursor.tenant_id AND split_part(hook.key, '/', 2) = cursor.subscription
WHERE handler.name IS NOT NULL OR hook.key IS NOT NULL;
