-- The handlers that the processes of this build have. Nothing is taken away: another process may have what this one has not, and a place in
-- the log is kept under the name.
INSERT INTO event_handlers AS known (name, module, event_pattern, priority, max_attempts, stops_on_failure)
SELECT wanted.name, wanted.module, wanted.event_pattern, wanted.priority, wanted.max_attempts, wanted.stops_on_failure
FROM unnest(@names, @modules, @patterns, @priorities, @max_attempts, @stops)
         AS wanted (name, module, event_pattern, priority, max_attempts, stops_on_failure)
-- Two processes that start together lock the rows in one order.
ORDER BY wanted.name
ON CONFLICT (name) DO UPDATE
    SET module = excluded.module, event_pattern = excluded.event_pattern, priority = excluded.priority, max_attempts = excluded.max_attempts,
        stops_on_failure = excluded.stops_on_failure, updated_at = now()
WHERE (known.module, known.event_pattern, known.priority, known.max_attempts, known.stops_on_failure)
    IS DISTINCT FROM (excluded.module, excluded.event_pattern, excluded.priority, excluded.max_attempts, excluded.stops_on_failure);
