SELECT DISTINCT ordering_key FROM event_dead_letters WHERE tenant_id = $1 AND subscription = $2 AND stops_key
