-- The statements that make the roles $1 (owner) and $2 (runtime), with $3 as the second's password in the server's own form, and give
-- them what they need in this database; those that are there already are only brought in line. One row each, in this order.
WITH this AS (
    SELECT current_setting('server_version_num')::int >= 160000                               AS has_set_option,
           (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user)            AS is_superuser,
           EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $1)                         AS has_owner,
           EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = $2)                         AS has_runtime)
SELECT statement
FROM this, LATERAL (VALUES
    -- Without SUPERUSER, CREATEDB, CREATEROLE, REPLICATION and BYPASSRLS, which are the defaults: naming them is a superuser's right.
    (1, NOT has_owner, format('CREATE ROLE %I NOLOGIN NOINHERIT', $1)),
    (2, NOT has_runtime, format('CREATE ROLE %I LOGIN NOINHERIT PASSWORD %L', $2, $3)),
    (3, has_runtime, format('ALTER ROLE %I LOGIN NOINHERIT PASSWORD %L', $2, $3)),
    -- A superuser acts as whom it likes. Who made a role may grant it to itself: since 16 by the ADMIN option, before by CREATEROLE.
    (4, NOT is_superuser, format('GRANT %I TO CURRENT_USER', $1) || CASE WHEN has_set_option THEN ' WITH SET TRUE, INHERIT FALSE' ELSE '' END),
    (5, true, format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), $2)),
    (6, true, format('GRANT USAGE, CREATE ON SCHEMA public TO %I', $1)),
    (7, true, format('GRANT USAGE ON SCHEMA public TO %I', $2)),
    (8, true, format('GRANT EXECUTE ON FUNCTION public.record_idempotency(text, text, text, int, jsonb) TO %I', $2)),
    (9, true, format('GRANT EXECUTE ON FUNCTION public.enqueue_task(text, jsonb, text, text, int, timestamptz, double precision, timestamptz, text,'
        || ' double precision, text, int, text, text, text) TO %I', $2)),
    (10, true, format('GRANT EXECUTE ON FUNCTION public.complete_task(uuid, int, json), public.find_completion(uuid) TO %I', $2)),
    (11, true, format('GRANT EXECUTE ON FUNCTION public.append_event(text, jsonb, text, text, text, text, text, int, text, text, boolean),'
        || ' public.record_event(text, text) TO %I', $2))
) AS step (number, is_needed, statement)
WHERE is_needed
ORDER BY number
