WITH retries AS (
    DELETE FROM event_retries WHERE tenant_id = $1 AND subscription = $2
), dead AS (
    DELETE FROM event_dead_letters WHERE tenant_id = $1 AND subscription = $2
)
DELETE FROM event_cursors WHERE tenant_id = $1 AND subscription = $2
