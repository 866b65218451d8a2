-- Ended tasks of one tenant, newest first, by the one index (tenant, type, queue, state, id DESC) of each partition. PostgreSQL does not
-- skip through an index by itself: the recursion steps from one combination that the tenant has to the next, a few dozen in all, each by
-- one look into each partition. Of each that is asked for the newest are read, and these few merged.
--
-- Read with seq scans and bitmap scans off (TaskHistory): a partition that was never analysed must not tempt the planner.
WITH RECURSIVE kinds AS (
    (SELECT type, queue, state FROM task_history WHERE tenant = @tenant ORDER BY type, queue, state LIMIT 1)
    UNION ALL
    SELECT further.type, further.queue, further.state
    FROM kinds,
         LATERAL (SELECT type, queue, state FROM task_history
                  WHERE tenant = @tenant AND (type, queue, state) > (kinds.type, kinds.queue, kinds.state)
                  ORDER BY type, queue, state LIMIT 1) AS further)
SELECT newest.*
FROM kinds,
     LATERAL (SELECT id, queue, tenant, type, state::text, priority, payload::text, result::text, attempt, max_attempts, run_at, created_at,
                     started_at, finished_at, worker, unique_key, ordering_key, correlation_id, workflow_id, progress::text, attempts::text
              FROM task_history
              WHERE tenant = @tenant AND type = kinds.type AND queue = kinds.queue AND state = kinds.state AND id < @before
              ORDER BY task_history.id DESC LIMIT @take) AS newest
WHERE (@type::text IS NULL OR kinds.type = @type) AND (@queue::text IS NULL OR kinds.queue = @queue)
  AND (@state::text IS NULL OR kinds.state = @state::task_end)
ORDER BY newest.id DESC
LIMIT @take
