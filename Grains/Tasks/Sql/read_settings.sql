SELECT paused, rate_limit, concurrency, tenant_rate_limit, tenant_concurrency, tenant_weights::text FROM task_queues WHERE name = $1
