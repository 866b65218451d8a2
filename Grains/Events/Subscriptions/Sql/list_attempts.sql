SELECT event_id, event_type, attempt, at, status, duration_ms, answer, error, seq
FROM event_attempts
WHERE tenant_id = $1 AND subscription = $2 AND (at, seq) < ($3, $4)
ORDER BY at DESC, seq DESC
LIMIT $5
