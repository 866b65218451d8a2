SELECT position - 1 FROM events WHERE tenant_id = $1 AND id = $2 AND position IS NOT NULL
