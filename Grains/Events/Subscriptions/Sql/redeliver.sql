-- Dead letters become retries that are due at once, with a copy of the event: the log may have dropped it.
WITH mine AS (
    SELECT tenant_id, subscription FROM event_cursors WHERE tenant_id = $1 AND subscription = $2 AND epoch = $3
), back AS (
    DELETE FROM event_dead_letters AS dead
    USING mine
    WHERE dead.tenant_id = mine.tenant_id AND dead.subscription = mine.subscription
        AND dead.position IN (SELECT position FROM event_dead_letters AS found
                              WHERE found.tenant_id = $1 AND found.subscription = $2 AND ($4 IS NULL OR found.event_id = $4)
                              ORDER BY position
                              LIMIT $5)
    RETURNING dead.*
)
INSERT INTO event_retries AS retry (tenant_id, subscription, position, ordering_key, attempts, next_at, last_error, event)
SELECT tenant_id, subscription, position, ordering_key, 0, now(), last_error, event
FROM back
ON CONFLICT (tenant_id, subscription, position) DO UPDATE SET next_at = excluded.next_at, event = excluded.event
RETURNING position, ordering_key, last_error
