-- First in every flush of a partition's owner: locks its seat, so that no other owner is made meanwhile, and fails where one was made before.
CREATE FUNCTION check_task_epoch(the_partition int, the_epoch bigint)
    RETURNS void
    LANGUAGE plpgsql
AS
$$
BEGIN
    PERFORM FROM task_partitions WHERE id = the_partition AND epoch = the_epoch FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'partition % has a newer owner than epoch %', the_partition, the_epoch USING ERRCODE = 'BD001';
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION check_task_epoch(int, bigint) FROM PUBLIC;

-- The way in for whoever has a connection: a task that commits with the caller's own writes, or not at all.

-- Version 7 of RFC 9562 with the partition in bytes 9 and 10 and 46 random bits behind.
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

-- Which partition of a queue a task goes to: tasks with one ordering key always to the same one. TaskPlacement.Of counts the same.
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

-- Puts a task into its queue, in the transaction of the caller. Answers the task's id; of one with a unique key that is held, the id of the
-- task that holds it. Runs with the platform's rights, for roles that have none on these tables, and so checks what it is given.
--
-- No NOTIFY: one in each transaction cuts commits to a half or a third. The owner looks once a second, or is told by the caller.
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
    known          task_types;
    home           int;
    partitions     int;
    place          int;
    task_id        uuid;
    holder         uuid;
BEGIN
    IF session_tenant IS NULL AND EXISTS (SELECT FROM module_databases AS module WHERE module.runtime_role = session_user) THEN
        RAISE EXCEPTION 'the transaction has no tenant' USING ERRCODE = 'insufficient_privilege',
            HINT = 'A module enqueues in a TenantSession, which sets buildify.tenant.';
    END IF;
    tenant := coalesce(tenant, session_tenant);
    IF tenant IS NULL THEN
        RAISE EXCEPTION 'tenant is missing' USING ERRCODE = 'not_null_violation', HINT = 'Say tenant => ''acme''; SELECT tenant_id FROM tenants lists them.';
    END IF;
    IF session_tenant <> tenant THEN
        RAISE EXCEPTION 'the transaction is of tenant %, not of %', session_tenant, tenant USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF session_tenant IS NULL AND NOT EXISTS (SELECT FROM tenants AS found WHERE found.tenant_id = tenant AND found.is_active) THEN
        RAISE EXCEPTION 'there is no active tenant %', tenant USING ERRCODE = 'foreign_key_violation', HINT = 'SELECT tenant_id FROM tenants lists them.';
    END IF;

    SELECT * INTO known FROM task_types AS found WHERE found.name = type;
    IF known IS NULL AND queue IS NULL THEN
        RAISE EXCEPTION 'there is no task type %', type USING ERRCODE = 'foreign_key_violation',
            HINT = 'SELECT name FROM task_types lists those that a worker has told. One that a later worker will know needs a queue => ''…''.';
    END IF;
    queue := coalesce(queue, known.queue);
    max_attempts := coalesce(max_attempts, known.max_attempts, 5);
    SELECT count(*) INTO partitions FROM task_partitions AS found WHERE found.queue = queue;
    IF partitions = 0 THEN
        RAISE EXCEPTION 'there is no queue %', queue USING ERRCODE = 'foreign_key_violation', HINT = 'SELECT name FROM task_queues lists them.';
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

    -- Drawn before: in the condition it would be drawn for each partition anew, and meet none or several.
    place := task_partition_number(tenant, ordering_key, partitions);
    SELECT found.id INTO STRICT home FROM task_partitions AS found WHERE found.queue = queue AND found.number = place;
    task_id := new_task_id(home);

    IF unique_key IS NOT NULL THEN
        DELETE FROM task_unique_keys AS held
        WHERE held.tenant = tenant AND held.type = type AND held.key = unique_key AND held.held_until <= now();
        INSERT INTO task_unique_keys AS held (tenant, type, key, task_id, held_until)
        VALUES (tenant, type, unique_key, task_id, now() + make_interval(secs => unique_seconds))
        ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            SELECT held.task_id INTO holder FROM task_unique_keys AS held WHERE held.tenant = tenant AND held.type = type AND held.key = unique_key;
            RETURN holder;
        END IF;
    END IF;

    INSERT INTO tasks (id, partition, state, priority, tenant, type, payload, retain, max_attempts, run_at, expires_at, unique_key, ordering_key,
                       correlation_id, trace_parent)
    VALUES (task_id, home, 'queued', priority, tenant, type, payload::json, retain::task_retention, max_attempts,
            coalesce(run_at, now() + coalesce(make_interval(secs => delay_seconds), interval '0')), expires_at, unique_key, ordering_key,
            correlation_id, trace_parent);
    RETURN task_id;
END
$$;

REVOKE EXECUTE ON FUNCTION enqueue_task(text, jsonb, text, text, int, timestamptz, double precision, timestamptz, text, double precision, text,
    int, text, text, text) FROM PUBLIC;

-- Makes the partitions of the history for the days to come, and drops those whose day is past.
CREATE FUNCTION task_history_maintain(keep_days int)
    RETURNS void
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
    SET lock_timeout = '5s'
AS
$$
DECLARE
    today date := (now() AT TIME ZONE 'UTC')::date;
    day   date;
    old   text;
BEGIN
    -- One at a time; who comes second finds nothing to do.
    PERFORM pg_advisory_xact_lock(hashtext('task_history_maintain'));
    FOR day IN
        SELECT wanted::date FROM generate_series(today + 1, today + 4, interval '1 day') AS wanted
        UNION
        SELECT wanted::date FROM generate_series(today + keep_days, today + keep_days + 3, interval '1 day') AS wanted
    LOOP
        IF to_regclass(format('public.task_history_%s', to_char(day, 'YYYYMMDD'))) IS NULL
            AND NOT EXISTS (SELECT FROM task_history_other WHERE drop_on = day) THEN
            EXECUTE format('CREATE TABLE task_history_%s PARTITION OF task_history FOR VALUES FROM (%L) TO (%L)',
                to_char(day, 'YYYYMMDD'), day, day + 1);
        END IF;
    END LOOP;
    FOR old IN
        SELECT child.relname FROM pg_inherits JOIN pg_class AS child ON child.oid = inhrelid
        WHERE inhparent = 'task_history'::regclass AND child.relname ~ '^task_history_\d{8}$' AND right(child.relname, 8) <= to_char(today, 'YYYYMMDD')
    LOOP
        EXECUTE format('DROP TABLE %I', old);
    END LOOP;
    DELETE FROM task_history_other WHERE drop_on <= today;
END
$$;
