-- Takes the cursor for this activation: an older one that lives on is refused from here on.
UPDATE event_cursors
SET epoch = epoch + 1
WHERE tenant_id = $1 AND subscription = $2
RETURNING position, epoch, state, reason, replay_until, replay_rate, last_error, last_error_at, failing_since, created_at
