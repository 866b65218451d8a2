-- One statement that deletes the session's tenant's rows from every table of the owner role $1, and answers how many; NULL where it has
-- none. Foreign keys are checked when a statement ends: all being one, no order between the tables is needed, whatever refers to what,
-- round a circle too. Row-level security holds for the owner as well; the condition says it once more, to a reader and the planner.
SELECT 'WITH ' || string_agg(
               format('d%s AS (DELETE FROM %s WHERE tenant_id = current_setting(''buildify.tenant'') RETURNING 1)', number, name), ', ')
           || ' SELECT ' || string_agg(format('(SELECT count(*) FROM d%s)', number), ' + ')
FROM (
    SELECT row_number() OVER (ORDER BY c.relname) AS number, format('%I.%I', n.nspname, c.relname) AS name
    FROM pg_catalog.pg_class AS c
    JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
    WHERE c.relowner = (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = $1) AND c.relkind IN ('r', 'p')
      -- A partitioned table's rows go with it.
      AND NOT c.relispartition
      AND EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id')) AS by_tenant
