-- The queues with their settings and their dead; the rest their owners know. The dead are counted along dead_tasks_queue.
SELECT queue.name, queue.paused, queue.rate_limit, queue.concurrency, queue.tenant_rate_limit, queue.tenant_concurrency,
       queue.tenant_weights::text AS tenant_weights, (SELECT count(*) FROM dead_tasks AS dead WHERE dead.queue = queue.name) AS dead
FROM task_queues AS queue
WHERE @queue::text IS NULL OR queue.name = @queue
ORDER BY queue.name
