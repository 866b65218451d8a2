-- Dead tasks of one tenant, newest first, as list_history reads the others.
WITH RECURSIVE kinds AS (
    (SELECT type, queue FROM dead_tasks WHERE tenant = @tenant ORDER BY type, queue LIMIT 1)
    UNION ALL
    SELECT further.type, further.queue
    FROM kinds,
         LATERAL (SELECT type, queue FROM dead_tasks
                  WHERE tenant = @tenant AND (type, queue) > (kinds.type, kinds.queue)
                  ORDER BY type, queue LIMIT 1) AS further)
SELECT newest.*
FROM kinds,
     LATERAL (SELECT id, queue, tenant, type, 'dead' AS state, priority, payload::text, NULL AS result, attempt, max_attempts, run_at, created_at,
                     started_at, finished_at, worker, unique_key, ordering_key, correlation_id, workflow_id, progress::text, attempts::text
              FROM dead_tasks
              WHERE tenant = @tenant AND type = kinds.type AND queue = kinds.queue AND id < @before
              ORDER BY dead_tasks.id DESC LIMIT @take) AS newest
WHERE (@type::text IS NULL OR kinds.type = @type) AND (@queue::text IS NULL OR kinds.queue = @queue)
ORDER BY newest.id DESC
LIMIT @take
