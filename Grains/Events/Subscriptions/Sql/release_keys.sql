-- The key goes on, and the dead letter stays.
UPDATE event_dead_letters AS dead
SET stops_key = FALSE
WHERE tenant_id = $1 AND subscription = $2 AND stops_key AND ($4 IS NULL OR event_id = $4)
    AND EXISTS (SELECT FROM event_cursors AS cursor WHERE cursor.tenant_id = $1 AND cursor.subscription = $2 AND cursor.epoch = $3)
RETURNING ordering_key
