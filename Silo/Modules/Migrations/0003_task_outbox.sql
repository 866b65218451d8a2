-- Tasks that a module enqueues in a database that it has to itself: they commit with its own writes there, and a relay moves them to the
-- platform's. The platform's own database needs none of this, and has enqueue_task already.
DO
$migration$
BEGIN
    IF to_regclass('public.tasks') IS NOT NULL THEN
        RETURN;
    END IF;

    -- What the platform knows of types and queues; the relay keeps it as it is there.
    CREATE TABLE task_known_types
    (
        name         text COLLATE "C" PRIMARY KEY,
        queue        text COLLATE "C" NOT NULL,
        max_attempts int              NOT NULL
    );
    CREATE TABLE task_known_partitions
    (
        id     int PRIMARY KEY,
        queue  text COLLATE "C" NOT NULL,
        number int              NOT NULL,
        UNIQUE (queue, number)
    );

    CREATE TABLE task_outbox
    (
        -- In the order written; what commits late is moved late.
        seq            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id             uuid             NOT NULL UNIQUE,
        partition      int              NOT NULL,
        tenant         text COLLATE "C" NOT NULL,
        type           text COLLATE "C" NOT NULL,
        payload        json             NOT NULL,
        priority       int              NOT NULL CHECK (priority BETWEEN 0 AND 9),
        retain         text             NOT NULL CHECK (retain IN ('nothing', 'result', 'everything')),
        max_attempts   int              NOT NULL,
        run_at         timestamptz      NOT NULL,
        expires_at     timestamptz,
        unique_key     text COLLATE "C",
        unique_until   timestamptz,
        ordering_key   text COLLATE "C",
        correlation_id text,
        trace_parent   text
    );

    -- As the platform's of the same names.
    CREATE FUNCTION new_task_id(the_partition int)
        RETURNS uuid
        LANGUAGE plpgsql
        VOLATILE
        SET search_path = pg_catalog, pg_temp
    AS
    $$
    DECLARE
        raw bytea := uuid_send(gen_random_uuid());
    BEGIN
        raw := overlay(raw PLACING substring(int8send((extract(EPOCH FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6);
        raw := set_byte(raw, 6, 112 | (get_byte(raw, 6) & 15));
        raw := set_byte(raw, 9, the_partition >> 8);
        raw := set_byte(raw, 10, the_partition & 255);
        RETURN encode(raw, 'hex')::uuid;
    END
    $$;

    CREATE FUNCTION task_partition_number(the_tenant text, the_ordering_key text, partitions int)
        RETURNS int
        LANGUAGE sql
        VOLATILE
        SET search_path = pg_catalog, pg_temp
    AS
    $$
        SELECT CASE
                   WHEN partitions = 1 THEN 0
                   WHEN the_ordering_key IS NULL THEN floor(random() * partitions)::int
                   ELSE (('x' || encode(substring(sha256(convert_to(the_tenant || '/' || the_ordering_key, 'UTF8')) FROM 1 FOR 4), 'hex'))::bit(32)::bigint
                       % partitions)::int
                   END
    $$;

    -- With a unique key that is held the task goes no further than the relay: the key is in the platform's database, and who holds it is
    -- not known here. Of two that wait here with one key, the first is answered.
    CREATE FUNCTION enqueue_task(
        type text, payload jsonb DEFAULT '{}', tenant text DEFAULT NULL, queue text DEFAULT NULL, priority int DEFAULT 5,
        run_at timestamptz DEFAULT NULL, delay_seconds double precision DEFAULT NULL, expires_at timestamptz DEFAULT NULL,
        unique_key text DEFAULT NULL, unique_seconds double precision DEFAULT NULL, ordering_key text DEFAULT NULL,
        max_attempts int DEFAULT NULL, retain text DEFAULT 'result', correlation_id text DEFAULT NULL, trace_parent text DEFAULT NULL)
        RETURNS uuid
        LANGUAGE plpgsql
        SECURITY DEFINER
        SET search_path = public, pg_catalog, pg_temp
    AS
    $$
    #variable_conflict use_variable
    DECLARE
        session_tenant text := nullif(current_setting('buildify.tenant', TRUE), '');
        known          task_known_types;
        home           int;
        partitions     int;
        place          int;
        task_id        uuid;
    BEGIN
        IF session_tenant IS NULL THEN
            RAISE EXCEPTION 'the transaction has no tenant' USING ERRCODE = 'insufficient_privilege',
                HINT = 'A module enqueues in a TenantSession, which sets buildify.tenant.';
        END IF;
        IF tenant <> session_tenant THEN
            RAISE EXCEPTION 'the transaction is of tenant %, not of %', session_tenant, tenant USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT * INTO known FROM task_known_types AS found WHERE found.name = type;
        IF known IS NULL AND queue IS NULL THEN
            RAISE EXCEPTION 'there is no task type %', type USING ERRCODE = 'foreign_key_violation',
                HINT = 'SELECT name FROM task_known_types lists those that a worker has told. One that a later worker will know needs a queue => ''…''.';
        END IF;
        queue := coalesce(queue, known.queue);
        max_attempts := coalesce(max_attempts, known.max_attempts, 5);
        SELECT count(*) INTO partitions FROM task_known_partitions AS found WHERE found.queue = queue;
        IF partitions = 0 THEN
            RAISE EXCEPTION 'there is no queue %', queue USING ERRCODE = 'foreign_key_violation',
                HINT = 'SELECT DISTINCT queue FROM task_known_partitions lists them; the platform tells this database of a new one within a second.';
        END IF;
        IF octet_length(payload::text) > 262144 THEN
            RAISE EXCEPTION 'the payload has % bytes, more than 262144', octet_length(payload::text) USING ERRCODE = 'program_limit_exceeded',
                HINT = 'Put the data into a table, and its key into the payload.';
        END IF;
        IF max_attempts NOT BETWEEN 1 AND 100 THEN
            RAISE EXCEPTION 'max_attempts is %, not 1 to 100', max_attempts USING ERRCODE = 'check_violation';
        END IF;
        IF expires_at <= now() THEN
            RAISE EXCEPTION 'expires_at is past' USING ERRCODE = 'check_violation';
        END IF;
        IF unique_key IS NOT NULL THEN
            SELECT waiting.id INTO task_id
            FROM task_outbox AS waiting
            WHERE waiting.tenant = session_tenant AND waiting.type = type AND waiting.unique_key = unique_key
            ORDER BY waiting.seq LIMIT 1;
            IF FOUND THEN
                RETURN task_id;
            END IF;
        END IF;
        -- Drawn before: in the condition it would be drawn for each partition anew, and meet none or several.
        place := task_partition_number(session_tenant, ordering_key, partitions);
        SELECT found.id INTO STRICT home FROM task_known_partitions AS found WHERE found.queue = queue AND found.number = place;
        task_id := new_task_id(home);
        INSERT INTO task_outbox (id, partition, tenant, type, payload, priority, retain, max_attempts, run_at, expires_at, unique_key, unique_until,
                                 ordering_key, correlation_id, trace_parent)
        VALUES (task_id, home, session_tenant, type, payload::json, priority, retain, max_attempts,
                coalesce(run_at, now() + coalesce(make_interval(secs => delay_seconds), interval '0')), expires_at, unique_key,
                now() + make_interval(secs => unique_seconds), ordering_key, correlation_id, trace_parent);
        RETURN task_id;
    END
    $$;

    REVOKE EXECUTE ON FUNCTION new_task_id(int), task_partition_number(text, text, int),
        enqueue_task(text, jsonb, text, text, int, timestamptz, double precision, timestamptz, text, double precision, text, int, text, text, text)
        FROM PUBLIC;
END
$migration$;
