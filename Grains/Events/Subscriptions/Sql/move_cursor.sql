-- The cursor alone. Lost in a crash it is a repetition, so that nobody waits for the disk.
WITH hurry AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', TRUE))
UPDATE event_cursors AS cursor
SET position = $4, delivered = cursor.delivered + $5, failing_since = $6, replay_until = nullif(greatest(replay_until, $4), $4)
FROM hurry
WHERE tenant_id = $1 AND subscription = $2 AND epoch = $3
