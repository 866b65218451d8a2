-- Those whose time has come get a place at the end of their lanes. They are changed by where they lie: see retry_tasks.sql.
UPDATE tasks AS task
SET state = 'queued', position = $2 + due.number
FROM (SELECT place, row_number() OVER (ORDER BY run_at) AS number
      FROM (SELECT ctid AS place, run_at FROM tasks
            WHERE partition = $1 AND state = 'scheduled' AND position IS NOT NULL AND run_at <= clock_timestamp()
            ORDER BY run_at LIMIT 500 FOR UPDATE) AS first) AS due
WHERE task.ctid = due.place
RETURNING task.id, task.position, task.payload, task.attempt, task.max_attempts, task.retain::text, task.created_at, task.doubt,
       (task.expires_at IS NOT NULL OR task.unique_key IS NOT NULL OR task.ordering_key IS NOT NULL OR task.correlation_id IS NOT NULL
           OR task.trace_parent IS NOT NULL OR task.workflow_id IS NOT NULL OR task.cancel_requested OR task.attempts IS NOT NULL) AS has_more,
       task.expires_at, task.unique_key, task.ordering_key, task.correlation_id, task.trace_parent, task.workflow_id, task.workflow_index,
       task.cancel_requested, task.attempts, task.run_at, task.state::text, task.priority, task.tenant, task.type
