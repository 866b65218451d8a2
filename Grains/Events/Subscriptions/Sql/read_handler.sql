SELECT module, event_pattern, priority, max_attempts, stops_on_failure FROM event_handlers WHERE name = $1
