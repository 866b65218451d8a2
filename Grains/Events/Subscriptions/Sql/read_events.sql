-- The next events of a tenant. Days that end before the place are not looked at. The pattern is in two forms: what every type begins with,
-- and a regular expression over the type with a dot behind it.
SELECT id, event_type, event_version, event_source, tenant_id, company_id, payload::text, created_at, correlation_id, position, ordering_key, trace_parent
FROM events
WHERE tenant_id = $2 AND position > $3 AND starts_with(event_type, $4) AND ($5 IS NULL OR event_type || '.' ~ $5)
    AND day >= (SELECT coalesce(max(day), '-infinity') FROM event_days WHERE partition = $1 AND first_position <= $3 + 1)
ORDER BY position
LIMIT $6
