UPDATE event_cursors
SET state = $4, reason = $5, failing_since = NULL
WHERE tenant_id = $1 AND subscription = $2 AND epoch = $3
