-- Tenants of which some subscription may have something to do: its cursor is behind what its tenant has, or something is to be tried again.
-- A handler of a module that is off waits for nothing. One silo looks at a time: the others find the lock taken and no rows.
SELECT tenant.id
FROM (SELECT DISTINCT cursor.tenant_id AS id FROM event_cursors AS cursor WHERE cursor.state = 'active') AS tenant
WHERE pg_try_advisory_xact_lock(hashtext('subscription_sweep'))
    AND (EXISTS (SELECT
                 FROM event_cursors AS cursor
                 WHERE cursor.tenant_id = tenant.id AND cursor.state = 'active'
                     AND cursor.position < (SELECT max(logged.position) FROM events AS logged WHERE logged.tenant_id = tenant.id AND logged.position IS NOT NULL)
                     AND (NOT EXISTS (SELECT FROM event_handlers AS handler WHERE handler.name = cursor.subscription)
                         OR EXISTS (SELECT
                                    FROM event_handlers AS handler JOIN tenant_modules AS module ON module.module_name = handler.module
                                    WHERE handler.name = cursor.subscription AND module.tenant_id = tenant.id AND module.is_enabled)))
        OR EXISTS (SELECT
                   FROM event_retries AS retry
                            JOIN event_cursors AS cursor ON cursor.tenant_id = retry.tenant_id AND cursor.subscription = retry.subscription
                   WHERE retry.tenant_id = tenant.id AND cursor.state = 'active' AND retry.next_at <= now()))
