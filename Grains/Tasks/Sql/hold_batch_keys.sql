-- Takes unique keys, each of them once in the arrays, and answers who holds each of them then: the new task, or the one that held it
-- before. A key whose time is over is taken over. Locks the keys' rows, those of others too, until the commit, which is near; in the order
-- of the keys, so that two batches cannot wait for each other.
INSERT INTO task_unique_keys AS held (tenant, type, key, task_id, held_until)
SELECT tenant, type, key, task_id, now() + make_interval(secs => unique_seconds)
FROM unnest($1::text[], $2::text[], $3::text[], $4::uuid[], $5::double precision[]) AS new (tenant, type, key, task_id, unique_seconds)
ORDER BY tenant COLLATE "C", type COLLATE "C", key COLLATE "C"
ON CONFLICT (tenant, type, key) DO UPDATE
    SET task_id    = CASE WHEN held.held_until <= now() THEN excluded.task_id ELSE held.task_id END,
        held_until = CASE WHEN held.held_until <= now() THEN excluded.held_until ELSE held.held_until END
RETURNING held.tenant, held.type, held.key, held.task_id
