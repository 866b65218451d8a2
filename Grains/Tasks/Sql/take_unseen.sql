-- Takes in what others have written and committed: gives each its place, and its state. Changed by where they lie: see retry_tasks.sql.
UPDATE tasks AS task
SET position = $2 + unseen.number,
    state = CASE
        WHEN task.ordering_key IS NOT NULL AND (unseen.of_key > 1
            OR EXISTS (SELECT FROM tasks AS ahead
                       WHERE ahead.partition = $1 AND ahead.tenant || '/' || ahead.ordering_key = task.tenant || '/' || task.ordering_key
                         AND ahead.ordering_key IS NOT NULL AND ahead.position IS NOT NULL AND ahead.state <> 'waiting')) THEN 'waiting'
        WHEN task.run_at > clock_timestamp() THEN 'scheduled'
        ELSE 'queued'
        END::task_state
FROM (SELECT place, row_number() OVER (ORDER BY id) AS number, row_number() OVER (PARTITION BY tenant, ordering_key ORDER BY id) AS of_key
      FROM (SELECT ctid AS place, id, tenant, ordering_key FROM tasks
            WHERE partition = $1 AND position IS NULL ORDER BY id LIMIT 500 FOR UPDATE) AS first) AS unseen
WHERE task.ctid = unseen.place
RETURNING task.id, task.position, task.payload, task.attempt, task.max_attempts, task.retain::text, task.created_at, task.doubt,
       (task.expires_at IS NOT NULL OR task.unique_key IS NOT NULL OR task.ordering_key IS NOT NULL OR task.correlation_id IS NOT NULL
           OR task.trace_parent IS NOT NULL OR task.workflow_id IS NOT NULL OR task.cancel_requested OR task.attempts IS NOT NULL) AS has_more,
       task.expires_at, task.unique_key, task.ordering_key, task.correlation_id, task.trace_parent, task.workflow_id, task.workflow_index,
       task.cancel_requested, task.attempts, task.run_at, task.state::text, task.priority, task.tenant, task.type
