-- Whether the roles $1 (owner) and $2 (runtime) are there, this connection can act as the first, and the second may call what modules call; and which versions of the module $3
-- have applied scripts. The rights over roles changed with PostgreSQL 16, where being a member no longer means that one can SET ROLE.
SELECT coalesce((
           SELECT bool_and(CASE WHEN rolname = $2 THEN (
                                         SELECT bool_and(has_function_privilege(pg_roles.oid, called.oid, 'EXECUTE'))
                                         FROM pg_catalog.pg_proc AS called
                                         WHERE called.pronamespace = 'public'::regnamespace
                                           AND called.proname IN ('record_idempotency', 'enqueue_task', 'complete_task', 'find_completion', 'append_event', 'record_event'))
                                WHEN current_setting('server_version_num')::int >= 160000 THEN pg_has_role(oid, 'SET')
                                ELSE pg_has_role(oid, 'MEMBER') END) AND count(*) = 2
           FROM pg_catalog.pg_roles
           WHERE rolname IN ($1, $2)), false)                                                                    AS are_ready,
       ARRAY (SELECT DISTINCT module_version FROM public.schema_migrations WHERE owner = $3 AND module_version IS NOT NULL) AS versions
