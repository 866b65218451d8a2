-- A step of a workflow whose turn has not come, or never will: it has an id and no task yet.
SELECT id, queue, tenant, type, state, priority, payload::text AS payload, 0 AS attempt, max_attempts, run_at, created_at, NULL::text AS unique_key,
       ordering_key, correlation_id, workflow_id, NULL::text AS attempts, expires_at, FALSE AS cancel_requested
FROM find_workflow_step(@id)
