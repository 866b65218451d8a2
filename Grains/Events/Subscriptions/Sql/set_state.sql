-- Its state, and in the same commit what the tenant's other subscriptions are told of it.
WITH changed AS (
    UPDATE event_cursors
    SET state = $4, reason = $5, failing_since = NULL
    WHERE tenant_id = $1 AND subscription = $2 AND epoch = $3
    RETURNING tenant_id),
told AS (
    INSERT INTO events (id, partition, tenant_id, event_type, event_version, event_source, payload, correlation_id)
    SELECT new_event_id(), event_partition(tenant_id), tenant_id, $6, $7, 'core', $8, $9
    FROM changed)
SELECT count(*) FROM changed
