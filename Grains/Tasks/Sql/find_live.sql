-- One task that has not ended, as the table has it: what its owner alone knows is not in it.
SELECT task.id, home.queue, task.tenant, task.type,
       CASE WHEN task.state = 'scheduled' AND task.attempt > 0 THEN 'retrying'
            WHEN task.state = 'scheduled' OR (task.position IS NULL AND task.run_at > now()) THEN 'scheduled'
            ELSE 'queued' END AS state,
       task.priority, task.payload::text, task.attempt, task.max_attempts, task.run_at, task.created_at, task.unique_key, task.ordering_key,
       task.correlation_id, task.workflow_id, task.attempts::text, task.expires_at, task.cancel_requested
FROM tasks AS task JOIN task_partitions AS home ON home.id = task.partition
WHERE task.id = @id
