SELECT count(*) FROM event_dead_letters WHERE tenant_id = $1 AND subscription = $2
