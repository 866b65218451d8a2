-- Looks at everything a module's owner role ($1) has in this database, and answers what is wrong with it ("problem"), and the statements
-- that put it behind row-level security and give it to the runtime role ($2). Names begin with $3. What is as it should be gives no row,
-- so that a later script does not lock the tables that it leaves alone.
WITH own AS (
    SELECT pg_roles.oid AS owner, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $2) AS runtime
    FROM pg_catalog.pg_roles
    WHERE rolname = $1),
relation AS (
    SELECT c.oid, c.relname, c.relkind, c.relrowsecurity, c.relforcerowsecurity, c.reloptions, c.relacl, own.owner, own.runtime,
           format('%I.%I', n.nspname, c.relname) AS name,
           -- A partition is as shared as the table that it is a part of.
           coalesce(obj_description(coalesce(pg_partition_root(c.oid), c.oid), 'pg_class'), '') ~ '^shared by tenants:\s*\S' AS shared,
           EXISTS (
               SELECT FROM pg_catalog.pg_attribute AS a
               WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND a.atttypid = 'text'::regtype AND a.attnotnull) AS has_tenant
    FROM own
    JOIN pg_catalog.pg_class AS c ON c.relowner = own.owner AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND c.relpersistence <> 't'
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace),
tables AS (
    SELECT relation.*, NOT shared AS by_tenant FROM relation WHERE relkind IN ('r', 'p')),
routine AS (
    SELECT p.oid, p.proname, p.proacl, own.owner, own.runtime, p.oid::regprocedure::text AS name
    FROM own
    JOIN pg_catalog.pg_proc AS p ON p.proowner = own.owner),
-- As PostgreSQL writes the policy's condition back.
policy AS (
    SELECT p.polrelid, p.polname, p.polpermissive,
           p.polname = 'tenant' AND p.polpermissive AND p.polcmd = '*' AND p.polroles = '{0}'
               AND pg_get_expr(p.polqual, p.polrelid) = condition AND pg_get_expr(p.polwithcheck, p.polrelid) = condition AS is_ours
    FROM pg_catalog.pg_policy AS p,
         (VALUES ('(tenant_id = NULLIF(current_setting(''buildify.tenant''::text, true), ''''::text))')) AS expected (condition))

SELECT format('%s must be called %s…: the names of a module''s tables, views, sequences and functions begin with its database.schema_prefix', name, $3::text) AS problem, NULL AS statement
FROM (SELECT relname, name FROM relation UNION ALL SELECT proname, name FROM routine) AS named (own_name, name)
WHERE NOT starts_with(own_name, $3)

UNION ALL
SELECT format('%s has no column "tenant_id text NOT NULL", by which each tenant''s rows are told apart: add it; or, where its rows belong to no tenant, say so with COMMENT ON TABLE %1$s IS ''shared by tenants: and why''', name), NULL
FROM tables
WHERE by_tenant AND NOT has_tenant

UNION ALL
SELECT format('%s is a %s, which row-level security does not guard: make it a table or a view', name, CASE relkind WHEN 'm' THEN 'materialized view' ELSE 'foreign table' END), NULL
FROM relation
WHERE relkind IN ('m', 'f')

UNION ALL
SELECT format('%s is a view, and before version 15 PostgreSQL''s views go around row-level security: query the tables', name), NULL
FROM relation
WHERE relkind = 'v' AND current_setting('server_version_num')::int < 150000

UNION ALL
SELECT format('the policy %I of %s lets a tenant see more: make it AS RESTRICTIVE, or drop it', policy.polname, tables.name), NULL
FROM tables
JOIN policy ON policy.polrelid = tables.oid
WHERE by_tenant AND policy.polpermissive AND policy.polname <> 'tenant'

UNION ALL
SELECT format('%s is granted to %s: a module''s tables are its own; take the GRANT out of the script', name, CASE grantee WHEN 0 THEN 'PUBLIC' ELSE pg_get_userbyid(grantee)::text END), NULL
FROM (
    SELECT name, owner, runtime, relacl AS rights FROM relation
    UNION ALL
    SELECT name, owner, runtime, a.attacl FROM relation JOIN pg_catalog.pg_attribute AS a ON a.attrelid = relation.oid AND a.attacl IS NOT NULL
) AS granted, aclexplode(rights)
WHERE grantee NOT IN (owner, runtime)

UNION ALL
SELECT NULL, format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name)
FROM tables
WHERE by_tenant AND NOT (relrowsecurity AND relforcerowsecurity)

UNION ALL
SELECT NULL, format('DROP POLICY tenant ON %s', tables.name)
FROM tables
JOIN policy ON policy.polrelid = tables.oid AND policy.polname = 'tenant'
WHERE NOT (by_tenant AND policy.is_ours)

-- Unset is NULL and, once it was set in a session, '': both are nobody.
UNION ALL
SELECT NULL, format($policy$CREATE POLICY tenant ON %s USING (tenant_id = nullif(current_setting('buildify.tenant', true), ''))
    WITH CHECK (tenant_id = nullif(current_setting('buildify.tenant', true), ''))$policy$, name)
FROM tables
WHERE by_tenant AND NOT EXISTS (SELECT FROM policy WHERE policy.polrelid = tables.oid AND policy.is_ours)

UNION ALL
SELECT NULL, format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', name)
FROM tables
WHERE NOT by_tenant AND relrowsecurity

UNION ALL
SELECT NULL, format('ALTER VIEW %s SET (security_invoker = true)', name)
FROM relation
WHERE relkind = 'v' AND NOT coalesce(reloptions, '{}') && '{security_invoker=true}'

UNION ALL
SELECT NULL, format('GRANT %s ON %s %s TO %I', rights, CASE relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, name, $2)
FROM relation,
     LATERAL (VALUES (CASE relkind WHEN 'S' THEN 'USAGE' WHEN 'v' THEN 'SELECT' ELSE 'SELECT, INSERT, UPDATE, DELETE' END)) AS needed (rights)
WHERE relkind IN ('r', 'p', 'v', 'S') AND (
    SELECT count(*) FROM aclexplode(relacl) WHERE grantee = runtime AND position(privilege_type IN rights) > 0)
    < array_length(string_to_array(rights, ','), 1)

-- A function that runs with its owner's rights would else be a door for every other module.
UNION ALL
SELECT NULL, format('REVOKE ALL ON ROUTINE %s FROM PUBLIC; GRANT EXECUTE ON ROUTINE %1$s TO %I', name, $2)
FROM routine
WHERE proacl IS NULL OR EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee NOT IN (owner, runtime))
   OR NOT EXISTS (SELECT FROM aclexplode(proacl) WHERE grantee = runtime)
