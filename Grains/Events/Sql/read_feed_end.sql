-- How far read_feed looks; no row where that is the end.
SELECT position
FROM events
WHERE tenant_id = $2 AND position > $3
  AND day >= (SELECT coalesce(max(day), '-infinity') FROM event_days WHERE partition = $1 AND first_position <= $3 + 1)
  AND day >= coalesce(($4 AT TIME ZONE 'UTC')::date - 1, '-infinity') AND ($4 IS NULL OR created_at >= $4)
ORDER BY position
OFFSET $5 - 1 LIMIT 1
