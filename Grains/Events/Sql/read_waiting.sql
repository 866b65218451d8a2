-- What others' transactions have committed and nobody has placed, in the order in which they wrote it.
SELECT id, event_type, event_version, event_source, tenant_id, company_id, payload::text, created_at, correlation_id, coalesce(position, 0), ordering_key,
       trace_parent, seq, day
FROM events
WHERE partition = $1 AND position IS NULL AND day >= $2
ORDER BY seq
LIMIT $3
