-- Those that somebody wants cancelled, but for those of which the owner knows it.
SELECT task.id, task.position, task.payload, task.attempt, task.max_attempts, task.retain::text, task.created_at, task.doubt,
       (task.expires_at IS NOT NULL OR task.unique_key IS NOT NULL OR task.ordering_key IS NOT NULL OR task.correlation_id IS NOT NULL
           OR task.trace_parent IS NOT NULL OR task.workflow_id IS NOT NULL OR task.cancel_requested OR task.attempts IS NOT NULL) AS has_more,
       task.expires_at, task.unique_key, task.ordering_key, task.correlation_id, task.trace_parent, task.workflow_id, task.workflow_index,
       task.cancel_requested, task.attempts, task.run_at, task.state::text, task.priority, task.tenant, task.type
FROM tasks AS task
WHERE task.partition = $1 AND task.cancel_requested AND NOT task.id = ANY ($2) LIMIT 500
