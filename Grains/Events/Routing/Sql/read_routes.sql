-- Who of a tenant gets events: web hooks, and the handlers of modules that are on. Those that stand still are left out.
SELECT split_part(hook.key, '/', 2), hook.payload ->> 'event_pattern', (hook.payload ->> 'priority')::int, NULL
FROM grain_state AS hook
WHERE hook.service_id = 'buildify' AND hook.kind = 'event_subscription' AND split_part(hook.key, '/', 1) = $1 AND hook.payload IS NOT NULL
    AND hook.payload -> 'removed' IS DISTINCT FROM 'true'
UNION ALL
SELECT handler.name, handler.event_pattern, handler.priority, handler.module
FROM tenant_modules AS module
         JOIN event_handlers AS handler ON handler.module = module.module_name
WHERE module.tenant_id = $1 AND module.is_enabled
