-- Changes what is not NULL; a limit of 0 takes it away. Locks the queue's row for the moment.
UPDATE task_queues
SET paused             = coalesce(@paused, paused),
    rate_limit         = CASE WHEN @rateLimit::int IS NULL THEN rate_limit ELSE nullif(@rateLimit, 0) END,
    concurrency        = CASE WHEN @concurrency::int IS NULL THEN concurrency ELSE nullif(@concurrency, 0) END,
    tenant_rate_limit  = CASE WHEN @tenantRateLimit::int IS NULL THEN tenant_rate_limit ELSE nullif(@tenantRateLimit, 0) END,
    tenant_concurrency = CASE WHEN @tenantConcurrency::int IS NULL THEN tenant_concurrency ELSE nullif(@tenantConcurrency, 0) END,
    tenant_weights     = coalesce(@tenantWeights::jsonb, tenant_weights),
    revision           = revision + 1,
    updated_at         = now()
WHERE name = @queue
