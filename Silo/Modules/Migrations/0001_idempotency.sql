-- What a module's role reaches of the platform's, in the platform's database and in each one that a module has to itself.

-- The platform's database has it already.
CREATE TABLE IF NOT EXISTS idempotency_keys
(
    scope       text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    fingerprint text             NOT NULL,
    status      int              NOT NULL,
    response    jsonb,
    created_at  timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key)
);

-- For the purge of what is older than a day.
CREATE INDEX IF NOT EXISTS idempotency_keys_age ON idempotency_keys (created_at);

-- Records that a request's key was used, in the transaction of its effect. With the rights of the platform's role, for one that has none:
-- so it checks that the keys are the session's tenant's, and finds every name where this file means it. A key that is younger than a
-- day makes the INSERT fail by the primary key, which is what tells the caller that the request was already answered.
CREATE FUNCTION record_idempotency(the_scope text, the_key text, the_fingerprint text, the_status int, the_response jsonb)
    RETURNS void
    LANGUAGE plpgsql
    SECURITY DEFINER
    SET search_path = pg_catalog, pg_temp
AS
$$
DECLARE
    tenant text := nullif(current_setting('buildify.tenant', true), '');
BEGIN
    IF tenant IS NULL OR NOT starts_with(the_scope, tenant || '/') THEN
        RAISE EXCEPTION 'the idempotency scope is not of this session''s tenant'
            USING ERRCODE = 'insufficient_privilege', HINT = 'The scope is the tenant''s id, a slash and the caller''s id.';
    END IF;

    DELETE FROM public.idempotency_keys
    WHERE scope = the_scope AND key = the_key AND created_at <= now() - interval '24 hours';

    INSERT INTO public.idempotency_keys (scope, key, fingerprint, status, response)
    VALUES (the_scope, the_key, the_fingerprint, the_status, the_response);
END
$$;

REVOKE EXECUTE ON FUNCTION record_idempotency(text, text, text, int, jsonb) FROM PUBLIC;
