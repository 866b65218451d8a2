-- Waits for another transaction that is about to take the same key, up to the connection's lock_timeout; then the flush fails, is tried
-- one by one, and the one that has to wait is told.
INSERT INTO task_unique_keys (tenant, type, key, task_id, held_until)
SELECT new.tenant, new.type, new.key, new.id, now() + make_interval(secs => new.seconds)
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::float8[]) AS new (id, tenant, type, key, seconds)
ON CONFLICT DO NOTHING
