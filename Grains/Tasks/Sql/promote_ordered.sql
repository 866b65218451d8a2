-- Of each ordering key whose first task has left: the next one's turn, where no other of the key is before it.
UPDATE tasks AS task
SET position = $4 + next.number,
    state = CASE WHEN task.run_at > clock_timestamp() THEN 'scheduled' ELSE 'queued' END::task_state
FROM (SELECT first.place, row_number() OVER () AS number
      FROM (SELECT DISTINCT tenant || '/' || ordering_key AS key FROM unnest($2::text[], $3::text[]) AS left_by (tenant, ordering_key)) AS given
               CROSS JOIN LATERAL (SELECT waiting.ctid AS place
                                   FROM tasks AS waiting
                                   WHERE waiting.partition = $1 AND waiting.tenant || '/' || waiting.ordering_key = given.key
                                     AND waiting.ordering_key IS NOT NULL AND waiting.position IS NOT NULL AND waiting.state = 'waiting'
                                   ORDER BY waiting.id LIMIT 1 FOR UPDATE) AS first
      WHERE NOT EXISTS (SELECT FROM tasks AS ahead
                        WHERE ahead.partition = $1 AND ahead.tenant || '/' || ahead.ordering_key = given.key
                          AND ahead.ordering_key IS NOT NULL AND ahead.position IS NOT NULL AND ahead.state <> 'waiting')
      OFFSET 0) AS next
WHERE task.ctid = next.place
RETURNING task.id, task.position, task.payload, task.attempt, task.max_attempts, task.retain::text, task.created_at, task.doubt,
       (task.expires_at IS NOT NULL OR task.unique_key IS NOT NULL OR task.ordering_key IS NOT NULL OR task.correlation_id IS NOT NULL
           OR task.trace_parent IS NOT NULL OR task.workflow_id IS NOT NULL OR task.cancel_requested OR task.attempts IS NOT NULL) AS has_more,
       task.expires_at, task.unique_key, task.ordering_key, task.correlation_id, task.trace_parent, task.workflow_id, task.workflow_index,
       task.cancel_requested, task.attempts, task.run_at, task.state::text, task.priority, task.tenant, task.type
