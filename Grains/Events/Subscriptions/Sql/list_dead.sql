SELECT position, event::text, attempts, last_error, parked_at
FROM event_dead_letters
WHERE tenant_id = $1 AND subscription = $2 AND position > $3
ORDER BY position
LIMIT $4
