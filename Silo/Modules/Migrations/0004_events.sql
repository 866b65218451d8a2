-- Events that a handler has seen, beside the handler's own writes: in the platform's database and in each one that a module has to itself.

CREATE TABLE event_inbox
(
    tenant_id    text COLLATE "C" NOT NULL,
    subscription text COLLATE "C" NOT NULL,
    event_id     text COLLATE "C" NOT NULL,
    seen_at      timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant_id, subscription, event_id)
);
CREATE INDEX event_inbox_age ON event_inbox (seen_at);

-- Writes down, in the handler's transaction, that it has seen the event; false where it has before, and then it leaves the rest alone. Of
-- two that handle one event at the same time the second waits here for the first's end.
CREATE FUNCTION record_event(subscription text, event_id text)
    RETURNS boolean
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_variable
DECLARE
    tenant text := nullif(current_setting('buildify.tenant', TRUE), '');
BEGIN
    IF tenant IS NULL THEN
        RAISE EXCEPTION 'the transaction has no tenant' USING ERRCODE = 'insufficient_privilege',
            HINT = 'A handler records in a TenantSession, which sets buildify.tenant.';
    END IF;
    INSERT INTO event_inbox AS seen (tenant_id, subscription, event_id) VALUES (tenant, subscription, event_id) ON CONFLICT DO NOTHING;
    RETURN FOUND;
END
$$;

REVOKE EXECUTE ON FUNCTION record_event(text, text) FROM PUBLIC;

-- Events that a module appends in a database that it has to itself: they commit with its own writes there, and a relay moves them to the
-- platform's log. The platform's own database has append_event already.
DO
$migration$
BEGIN
    IF to_regclass('public.events') IS NOT NULL THEN
        RETURN;
    END IF;

    CREATE TABLE event_outbox
    (
        -- In the order written; what commits late is moved late.
        seq            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id             text COLLATE "C" NOT NULL,
        tenant_id      text COLLATE "C" NOT NULL,
        company_id     text COLLATE "C",
        event_type     text COLLATE "C" NOT NULL,
        event_version  int              NOT NULL CHECK (event_version > 0),
        event_source   text COLLATE "C",
        ordering_key   text COLLATE "C" CHECK (length(ordering_key) <= 200),
        payload        jsonb            NOT NULL,
        correlation_id text,
        trace_parent   text,
        created_at     timestamptz      NOT NULL DEFAULT now(),
        -- The id is the caller's: what was sent before under it is not sent again.
        is_given       boolean          NOT NULL,
        -- Whose word it is: the relay knows the modules by their roles.
        sent_by        text             NOT NULL DEFAULT session_user,
        -- Why the log refused it. It stays here, and the others go on.
        problem        text
    );

    -- As the platform's of the same name.
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
        is_given       boolean := event_id IS NOT NULL;
        raw            bytea;
    BEGIN
        IF session_tenant IS NULL THEN
            RAISE EXCEPTION 'the transaction has no tenant' USING ERRCODE = 'insufficient_privilege',
                HINT = 'A module appends in a TenantSession, which sets buildify.tenant.';
        END IF;
        IF tenant <> session_tenant THEN
            RAISE EXCEPTION 'the transaction is of tenant %, not of %', session_tenant, tenant USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF event_type IS NULL OR length(event_type) > 200 OR event_type !~ '^[a-z0-9][a-z0-9_-]*(\.[a-z0-9][a-z0-9_-]*)+$' THEN
            RAISE EXCEPTION '"%" is no event type', event_type USING ERRCODE = 'check_violation',
                HINT = 'Words of a-z, 0-9, _ and -, two or more with dots between them, 200 characters at most: financial.invoice.created.';
        END IF;
        IF event_id !~ '^[A-Za-z0-9_-]{1,64}$' THEN
            RAISE EXCEPTION '"%" is no event id', event_id USING ERRCODE = 'check_violation', HINT = '1 to 64 of A-Z, a-z, 0-9, _ and -; leave it out for one to be made.';
        END IF;
        IF jsonb_typeof(payload) IS DISTINCT FROM 'object' THEN
            RAISE EXCEPTION 'the payload is no JSON object' USING ERRCODE = 'check_violation';
        END IF;
        IF octet_length(payload::text) > 262144 THEN
            RAISE EXCEPTION 'the payload has % bytes, more than 262144', octet_length(payload::text) USING ERRCODE = 'program_limit_exceeded',
                HINT = 'Put the data into a table, and its key into the payload.';
        END IF;
        IF event_id IS NULL THEN
            raw := uuid_send(gen_random_uuid());
            raw := overlay(raw PLACING substring(int8send((extract(EPOCH FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6);
            raw := set_byte(raw, 6, 112 | (get_byte(raw, 6) & 15));
            event_id := encode(raw, 'hex')::uuid::text;
        END IF;
        INSERT INTO event_outbox (id, tenant_id, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id, trace_parent,
                                  is_given)
        VALUES (event_id, session_tenant, company_id, event_type, event_version, event_source, ordering_key, payload, correlation_id, trace_parent,
                is_given);
        RETURN event_id;
    END
    $$;

    REVOKE EXECUTE ON FUNCTION append_event(text, jsonb, text, text, text, text, text, int, text, text, boolean) FROM PUBLIC;
END
$migration$;
