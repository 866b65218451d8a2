-- The cursor goes back, and what waited behind its new place comes by again. What is at or before it goes on waiting.
WITH mine AS (
    UPDATE event_cursors AS cursor
    SET position = $4, replay_until = $5, replay_rate = $6
    WHERE tenant_id = $1 AND subscription = $2 AND epoch = $3
    RETURNING tenant_id, subscription
), gone AS (
    DELETE FROM event_retries AS retry
    USING mine
    WHERE retry.tenant_id = mine.tenant_id AND retry.subscription = mine.subscription AND retry.position > $4
)
SELECT count(*) FROM mine
