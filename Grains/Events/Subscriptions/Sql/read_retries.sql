-- The events of some retries: the copy, where there is one, else the log's. A retry may be due before it is written down, or while it cannot be:
-- so its row need not be there, and only what the log does not have is lost.
SELECT wanted.position, retry.event::text,
       logged.id, logged.event_type, logged.event_version, logged.event_source, logged.tenant_id, logged.company_id, logged.payload::text,
       logged.created_at, logged.correlation_id, logged.position, logged.ordering_key, logged.trace_parent
FROM unnest($3::bigint[]) AS wanted (position)
         LEFT JOIN event_retries AS retry ON retry.tenant_id = $1 AND retry.subscription = $2 AND retry.position = wanted.position
         LEFT JOIN events AS logged ON retry.event IS NULL AND logged.tenant_id = $1 AND logged.position = wanted.position
WHERE retry.event IS NOT NULL OR logged.id IS NOT NULL
