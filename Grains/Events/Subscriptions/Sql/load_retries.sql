SELECT position, ordering_key, attempts, next_at, last_error
FROM event_retries
WHERE tenant_id = $1 AND subscription = $2
ORDER BY position
