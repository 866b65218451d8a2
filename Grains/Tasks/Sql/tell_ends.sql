-- What is told of tasks that went well at once and that nothing hangs on, from what their owner holds in memory.
INSERT INTO events (id, partition, tenant_id, event_type, event_source, ordering_key, payload, correlation_id, trace_parent, seq)
SELECT new_event_id(), event_partition(tenant), tenant, 'core.task.succeeded', 'core', id::text,
       jsonb_build_object('task_id', id, 'type', type, 'queue', $1::text, 'attempts', 1), correlation_id, trace_parent, nextval('event_seq')
FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[]) AS ended (id, tenant, type, correlation_id, trace_parent)
