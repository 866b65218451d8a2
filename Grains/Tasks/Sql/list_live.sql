-- Tasks of one tenant that have not ended, newest first: read along tasks_newest, and what does not fit is passed over. Those that run,
-- which their owners alone know, are left out where the list is of a state.
SELECT *
FROM (SELECT task.id, home.queue, task.tenant, task.type,
             CASE WHEN task.state = 'scheduled' AND task.attempt > 0 THEN 'retrying'
                  WHEN task.state = 'scheduled' OR (task.position IS NULL AND task.run_at > now()) THEN 'scheduled'
                  ELSE 'queued' END AS state,
             task.priority, task.payload::text, task.attempt, task.max_attempts, task.run_at, task.created_at, task.unique_key,
             task.ordering_key, task.correlation_id, task.workflow_id, task.attempts::text, task.expires_at, task.cancel_requested
      FROM tasks AS task JOIN task_partitions AS home ON home.id = task.partition
      WHERE task.tenant = @tenant AND task.id < @before AND (@type::text IS NULL OR task.type = @type)
        AND (@queue::text IS NULL OR home.queue = @queue)) AS live
WHERE @state::text IS NULL OR (state = @state AND id <> ALL (@running))
ORDER BY id DESC
LIMIT @take
