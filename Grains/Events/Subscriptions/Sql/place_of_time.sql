-- Just before the first event of a tenant that is not older; NULL where there is none.
SELECT min(position) - 1 FROM events WHERE tenant_id = $1 AND position IS NOT NULL AND created_at >= $2
