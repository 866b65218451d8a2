     -- Part of end_tasks: which of them ended, and how, is only known there.
     told AS (
         INSERT INTO events (id, partition, tenant_id, event_type, event_source, ordering_key, payload, correlation_id, trace_parent, seq)
             SELECT new_event_id(), event_partition(tenant), tenant, 'core.task.' || state, 'core', left(coalesce(ordering_key, id::text), 200),
                    jsonb_build_object('task_id', id, 'type', type, 'queue', $10::text, 'attempts', attempt)
                        || CASE WHEN state = 'dead' THEN jsonb_build_object('error', attempts::jsonb -> -1 -> 'error' ->> 'type') ELSE '{}' END,
                    correlation_id, trace_parent, nextval('event_seq')
             FROM gone
             WHERE state IN ('succeeded', 'dead') AND tenant <> '' AND type = ANY ($12)),
