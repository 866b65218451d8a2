-- A web hook gets what is written from now on.
INSERT INTO event_cursors (tenant_id, subscription, position, epoch)
SELECT $1, $2, last_position, 1
FROM event_partitions
WHERE id = $3
ON CONFLICT DO NOTHING
