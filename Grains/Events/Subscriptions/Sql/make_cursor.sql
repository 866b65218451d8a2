-- A handler that the tenant has for the first time begins where the streams are known to have been: what is in flight is not missed.
INSERT INTO event_cursors AS cursor (tenant_id, subscription, position, epoch)
SELECT $1, $2, coalesce((SELECT reader.position FROM event_readers AS reader WHERE reader.partition = $3), 0), 1
FROM event_handlers AS handler
WHERE handler.name = $2
    AND EXISTS (SELECT FROM tenant_modules AS module WHERE module.tenant_id = $1 AND module.module_name = handler.module AND module.is_enabled)
ON CONFLICT (tenant_id, subscription) DO UPDATE SET epoch = cursor.epoch + 1
RETURNING position, epoch, state, reason, replay_until, replay_rate, last_error, last_error_at, failing_since, created_at
