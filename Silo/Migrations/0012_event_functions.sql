-- The ways into the log for whoever has a connection.

-- Version 7 of RFC 9562.
CREATE FUNCTION new_event_id()
    RETURNS text
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
    RETURN encode(raw, 'hex')::uuid::text;
END
$$;

-- Why an event cannot be taken; nothing where it can. The same rules as EventRules.Check.
CREATE FUNCTION check_event(the_type text, the_id text, the_payload jsonb)
    RETURNS void
    LANGUAGE plpgsql
    IMMUTABLE
    SET search_path = pg_catalog, pg_temp
AS
$$
BEGIN
    IF the_type IS NULL OR length(the_type) > 200 OR the_type !~ '^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$' THEN
        RAISE EXCEPTION '"%" is no event type', the_type USING ERRCODE = 'check_violation',
            HINT = 'Words of a-z, 0-9, _ and -, two or more with dots between them, 200 characters at most: financial.invoice.created.';
    END IF;
    IF the_id !~ '^[A-Za-z0-9_-]{1,64}$' THEN
        RAISE EXCEPTION '"%" is no event id', the_id USING ERRCODE = 'check_violation', HINT = '1 to 64 of A-Z, a-z, 0-9, _ and -; leave it out for one to be made.';
    END IF;
    IF jsonb_typeof(the_payload) IS DISTINCT FROM 'object' THEN
        RAISE EXCEPTION 'the payload is no JSON object' USING ERRCODE = 'check_violation';
    END IF;
    IF octet_length(the_payload::text) > 262144 THEN
        RAISE EXCEPTION 'the payload has % bytes, more than 262144', octet_length(the_payload::text) USING ERRCODE = 'program_limit_exceeded',
            HINT = 'Put the data into a table, and its key into the payload.';
    END IF;
END
$$;

-- A plain INSERT of another program names the type, the tenant and the payload, and what more it likes; the partition it leaves out. What
-- comes with a partition was checked by those who know how to count it. With the platform's rights: a role that may INSERT into events needs no
-- other.
CREATE FUNCTION take_foreign_event()
    RETURNS trigger
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = public, pg_catalog, pg_temp
AS
$$
BEGIN
    IF NEW.tenant_id IS NULL OR NOT EXISTS (SELECT FROM tenants WHERE tenants.tenant_id = NEW.tenant_id) THEN
        RAISE EXCEPTION 'there is no tenant %', coalesce(NEW.tenant_id, 'NULL') USING ERRCODE = 'foreign_key_violation', HINT = 'SELECT tenant_id FROM tenants lists them.';
    END IF;
    PERFORM check_event(NEW.event_type, NEW.id, NEW.payload);
    IF NEW.id IS NULL THEN
        NEW.id := new_event_id();
    ELSE
        -- An id that was used before fails by the primary key, as it would in any table.
        INSERT INTO event_ids (tenant_id, event_id, day) VALUES (NEW.tenant_id, NEW.id, NEW.day);
    END IF;
    NEW.partition := event_partition(NEW.tenant_id);
    NEW.seq := nextval('event_seq');
    RETURN NEW;
END
$$;

CREATE TRIGGER events_foreign BEFORE INSERT ON events FOR EACH ROW WHEN (NEW.partition IS NULL) EXECUTE FUNCTION take_foreign_event();

-- Once a statement, not once a row: a NOTIFY serialises commits. Who wakes the log's owner otherwise says so for its transaction
-- (buildify.quiet).
CREATE FUNCTION notify_events()
    RETURNS trigger
    LANGUAGE plpgsql
    SET search_path = pg_catalog, pg_temp
AS
$$
BEGIN
    NOTIFY events;
    RETURN NULL;
END
$$;

CREATE TRIGGER events_notify AFTER INSERT ON events FOR EACH STATEMENT
    WHEN (coalesce(current_setting('buildify.quiet', TRUE), '') <> 'on') EXECUTE FUNCTION notify_events();

-- Puts an event into the log, in the transaction of the caller, and answers its id; of an event_id that was used before, that id, and
-- nothing is written. Runs with the platform's rights, for roles that have none on these tables, and so checks what it is given: a module
-- tells of its own session's tenant, under its own name.
CREATE FUNCTION append_event(
    event_type text, payload jsonb DEFAULT '{}', tenant text DEFAULT NULL, company_id text DEFAULT NULL, event_id text DEFAULT NULL,
    ordering_key text DEFAULT NULL, event_source text DEFAULT NULL, event_version int DEFAULT 1, correlation_id text DEFAULT NULL,
    trace_parent text DEFAULT NULL, quiet boolean DEFAULT FALSE)
    RETURNS text
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_variable
DECLARE
    session_tenant text := nullif(current_setting('buildify.tenant', TRUE), '');
    was_quiet      text := coalesce(current_setting('buildify.quiet', TRUE), '');
    the_module     text;
    the_day        date := (now() AT TIME ZONE 'UTC')::date;
BEGIN
    SELECT known.module INTO the_module FROM module_databases AS known WHERE known.runtime_role = session_user LIMIT 1;
    IF session_tenant IS NULL AND the_module IS NOT NULL THEN
        RAISE EXCEPTION 'the transaction has no tenant' USING ERRCODE = 'insufficient_privilege',
            HINT = 'A module appends in a TenantSession, which sets buildify.tenant.';
    END IF;
    tenant := coalesce(tenant, session_tenant);
    IF tenant IS NULL THEN
        RAISE EXCEPTION 'tenant is missing' USING ERRCODE = 'not_null_violation', HINT = 'Say tenant => ''acme''; SELECT tenant_id FROM tenants lists them.';
    END IF;
    IF session_tenant <> tenant THEN
        RAISE EXCEPTION 'the transaction is of tenant %, not of %', session_tenant, tenant USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF session_tenant IS NULL AND NOT EXISTS (SELECT FROM tenants AS found WHERE found.tenant_id = tenant) THEN
        RAISE EXCEPTION 'there is no tenant %', tenant USING ERRCODE = 'foreign_key_violation', HINT = 'SELECT tenant_id FROM tenants lists them.';
    END IF;
    PERFORM check_event(event_type, event_id, payload);
    IF the_module IS NOT NULL AND NOT starts_with(event_type, the_module || '.') THEN
        RAISE EXCEPTION 'module % cannot tell of %', the_module, event_type USING ERRCODE = 'insufficient_privilege',
            HINT = format('A module''s events begin with its name: %s.something.happened.', the_module);
    END IF;

    IF event_id IS NOT NULL THEN
        INSERT INTO event_ids AS known (tenant_id, event_id, day) VALUES (tenant, event_id, the_day) ON CONFLICT DO NOTHING;
        IF NOT FOUND THEN
            RETURN event_id;
        END IF;
    END IF;
    event_id := coalesce(event_id, new_event_id());
    IF quiet THEN
        PERFORM set_config('buildify.quiet', 'on', TRUE);
    END IF;
    INSERT INTO events (id, day, partition, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id,
                        trace_parent, seq)
    VALUES (event_id, the_day, event_partition(tenant), tenant, company_id, event_type, event_version,
            coalesce(event_source, the_module, 'sql'), ordering_key, payload, correlation_id, trace_parent, nextval('event_seq'));
    IF quiet THEN
        PERFORM set_config('buildify.quiet', was_quiet, TRUE);
    END IF;
    RETURN event_id;
END
$$;

REVOKE EXECUTE ON FUNCTION new_event_id(), check_event(text, text, jsonb), take_foreign_event(), notify_events(),
    append_event(text, jsonb, text, text, text, text, text, int, text, text, boolean) FROM PUBLIC;

-- The first statement of a flush of a partition's owner: locks the seat, counts the positions up, and begins the day where a new one has
-- begun. The statements behind it take the day from the seat.
CREATE FUNCTION begin_event_flush(the_partition smallint, the_epoch bigint, up_to bigint, known_day date)
    RETURNS TABLE (day date, at timestamptz)
    LANGUAGE plpgsql
AS
$$
#variable_conflict use_variable
DECLARE
    first bigint;
BEGIN
    UPDATE event_partitions AS seat
    SET last_position = up_to, last_day = greatest(seat.last_day, (now() AT TIME ZONE 'UTC')::date)
    FROM (SELECT id, last_position FROM event_partitions WHERE id = the_partition) AS before
    WHERE seat.id = before.id AND seat.epoch = the_epoch
    RETURNING seat.last_day, before.last_position + 1 INTO day, first;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'partition % of the event log has a newer owner than epoch %', the_partition, the_epoch USING ERRCODE = 'BD001';
    END IF;
    IF day <> known_day THEN
        INSERT INTO event_days AS known (partition, day, first_position) VALUES (the_partition, day, first) ON CONFLICT DO NOTHING;
    END IF;
    at := now();
    RETURN NEXT;
END
$$;

REVOKE EXECUTE ON FUNCTION begin_event_flush(smallint, bigint, bigint, date) FROM PUBLIC;

-- Inserts what an outbox holds. A kind that is not known here is refused, and the write with it: dropping it would lose what the grain
-- was promised to have written. Who writes a document with events tells the log's owners himself, once it is committed.
CREATE OR REPLACE FUNCTION empty_outbox(outbox jsonb)
    RETURNS void
    LANGUAGE plpgsql
AS
$$
DECLARE
    unknown   text;
    was_quiet text;
BEGIN
    SELECT string_agg(name, ', ') INTO unknown
    FROM jsonb_object_keys(outbox) AS name
    WHERE name NOT IN ('idempotency', 'history', 'events');
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'a document''s outbox holds what this database cannot deliver: %', unknown
            USING ERRCODE = 'feature_not_supported', HINT = 'Known are idempotency, history and events. Was the database migrated?';
    END IF;

    IF nullif(outbox -> 'idempotency', 'null') IS NOT NULL THEN
        -- A key lives for a day. An older row gives way first; a younger one stays and makes the INSERT fail by itself, which is what
        -- tells the caller that the request was already answered. Of two that find the same old row the second waits for the first's
        -- DELETE, then meets its new row.
        DELETE FROM idempotency_keys AS old
        USING jsonb_to_recordset(outbox -> 'idempotency') AS new (scope text, key text)
        WHERE old.scope = new.scope AND old.key = new.key AND old.created_at <= now() - interval '24 hours';

        INSERT INTO idempotency_keys (scope, key, fingerprint, status, response)
        SELECT scope, key, fingerprint, status, response
        FROM jsonb_to_recordset(outbox -> 'idempotency')
                 AS new (scope text, key text, fingerprint text, status int, response jsonb);
    END IF;

    IF nullif(outbox -> 'history', 'null') IS NOT NULL THEN
        INSERT INTO configuration_history
            (tenant_id, company_id, module_name, action, actor, correlation_id, before, after)
        SELECT tenant_id, company_id, module_name, action, actor, correlation_id, before, after
        FROM jsonb_to_recordset(outbox -> 'history')
                 AS new (tenant_id text, company_id text, module_name text, action text, actor text, correlation_id text,
                         before jsonb, after jsonb);
    END IF;

    IF coalesce(jsonb_array_length(nullif(outbox -> 'events', 'null')), 0) > 0 THEN
        was_quiet := coalesce(current_setting('buildify.quiet', TRUE), '');
        PERFORM set_config('buildify.quiet', 'on', TRUE);
        INSERT INTO events (id, partition, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id,
                            trace_parent, seq)
        SELECT new_event_id(), event_partition(tenant_id), tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload,
               correlation_id, trace_parent, nextval('event_seq')
        FROM jsonb_to_recordset(outbox -> 'events')
                 AS new (tenant_id text, company_id text, event_type text, event_version int, event_source text, ordering_key text, payload jsonb,
                         correlation_id text, trace_parent text);
        PERFORM set_config('buildify.quiet', was_quiet, TRUE);
    END IF;
END
$$;

-- Events that came from a database of a module's own: a row that is met again, because who moved it died before deleting it there, makes no
-- second event. Those with an id that their caller gave are in event_ids instead. Kept as long as the log is at most.
CREATE TABLE event_relayed
(
    event_id   text COLLATE "C" PRIMARY KEY,
    relayed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX event_relayed_age ON event_relayed (relayed_at);

-- Takes in what a module's database had in its event_outbox, as an array of its rows, and answers for each of them which partition of the
-- log it is in, or why it is refused. What was taken in before is passed by. Who calls it tells the log's owners.
CREATE FUNCTION relay_events(outbox json, the_place text)
    RETURNS TABLE (seq bigint, partition int, problem text)
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_column
DECLARE
    was_quiet text := coalesce(current_setting('buildify.quiet', TRUE), '');
BEGIN
    PERFORM set_config('buildify.quiet', 'on', TRUE);
    RETURN QUERY
        WITH sent AS MATERIALIZED (
            SELECT sent.*, known.module,
                   CASE WHEN known.module IS NULL THEN format('the role %s is no module''s', sent.sent_by)
                        WHEN NOT starts_with(sent.event_type, known.module || '.') THEN format('module %s cannot tell of %s', known.module, sent.event_type)
                   END AS problem,
                   -- Of two with one id the first counts that is not refused.
                   row_number() OVER (PARTITION BY sent.tenant_id, sent.id, starts_with(sent.event_type, known.module || '.') ORDER BY sent.seq) AS turn
            FROM json_to_recordset(outbox) AS sent (
                seq bigint, id text, tenant_id text, company_id text, event_type text, event_version int, event_source text, ordering_key text,
                payload jsonb, correlation_id text, trace_parent text, created_at timestamptz, is_given boolean, sent_by text)
                LEFT JOIN module_databases AS known ON known.place = the_place AND known.runtime_role = sent.sent_by),
        -- Of two that move the same row the second waits here for the first's commit, and then finds it done.
        made AS (
            INSERT INTO event_relayed AS relayed (event_id)
            SELECT sent.id FROM sent WHERE sent.problem IS NULL AND NOT sent.is_given ORDER BY sent.id
            ON CONFLICT DO NOTHING RETURNING relayed.event_id),
        given AS (
            INSERT INTO event_ids AS known (tenant_id, event_id, day)
            SELECT sent.tenant_id, sent.id, (now() AT TIME ZONE 'UTC')::date
            FROM sent WHERE sent.problem IS NULL AND sent.is_given AND sent.turn = 1 ORDER BY sent.tenant_id, sent.id
            ON CONFLICT DO NOTHING RETURNING known.tenant_id, known.event_id),
        written AS (
            INSERT INTO events (id, partition, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id,
                                trace_parent, created_at)
            SELECT sent.id, event_partition(sent.tenant_id), sent.tenant_id, sent.company_id, sent.event_type, sent.event_version,
                   coalesce(sent.event_source, sent.module), sent.ordering_key, sent.payload, sent.correlation_id, sent.trace_parent, sent.created_at
            FROM sent
            WHERE sent.problem IS NULL AND sent.turn = 1
              AND (sent.id IN (SELECT made.event_id FROM made) OR (sent.tenant_id, sent.id) IN (SELECT given.tenant_id, given.event_id FROM given))
            ORDER BY sent.seq)
        SELECT sent.seq, event_partition(sent.tenant_id)::int, sent.problem FROM sent;
    PERFORM set_config('buildify.quiet', was_quiet, TRUE);
END
$$;

REVOKE EXECUTE ON FUNCTION relay_events(json, text) FROM PUBLIC;

-- Which days were trimmed of what had had its time, and up to which age. A dropped day stays here for a while: one a hour is trimmed, so that a
-- clock that jumps does not empty the log.
CREATE TABLE event_trims
(
    day          date PRIMARY KEY,
    trimmed_days int         NOT NULL,
    trimmed_at   timestamptz NOT NULL DEFAULT now()
);

-- Whether somebody has events of a day still to get: the owner that gives positions, the streams, or a subscription that is active.
CREATE FUNCTION event_day_is_needed(the_day date)
    RETURNS boolean
    LANGUAGE sql
    STABLE
AS
$$
    SELECT EXISTS (SELECT FROM events WHERE day = the_day AND position IS NULL)
        OR EXISTS (SELECT FROM event_readers AS reader
                   WHERE EXISTS (SELECT FROM events AS event
                                 WHERE event.day = the_day AND event.partition = reader.partition AND event.position > reader.position))
        OR EXISTS (SELECT FROM event_cursors AS cursor
                   WHERE cursor.state = 'active'
                     AND EXISTS (SELECT FROM events AS event
                                 WHERE event.day = the_day AND event.tenant_id = cursor.tenant_id AND event.position > cursor.position))
        OR EXISTS (SELECT FROM event_retries AS retry
                            JOIN event_cursors AS cursor ON cursor.tenant_id = retry.tenant_id AND cursor.subscription = retry.subscription
                   WHERE cursor.state = 'active' AND retry.event IS NULL
                     AND EXISTS (SELECT FROM events AS event
                                 WHERE event.day = the_day AND event.tenant_id = retry.tenant_id AND event.position = retry.position))
$$;

-- Drops the rows of a day. Waits for readers of the table for a moment only: everybody else would wait behind it.
CREATE FUNCTION drop_event_day(parent text, the_day date)
    RETURNS void
    LANGUAGE plpgsql
AS
$$
BEGIN
    PERFORM set_config('lock_timeout', '2s', TRUE);
    EXECUTE format('DROP TABLE IF EXISTS %I', parent || '_' || to_char(the_day, 'YYYYMMDD'));
    IF parent = 'events' THEN
        DELETE FROM event_days WHERE day = the_day;
    END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION event_day_is_needed(date), drop_event_day(text, date) FROM PUBLIC;
