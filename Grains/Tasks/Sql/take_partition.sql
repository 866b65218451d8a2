-- Takes the seat of the partition's owner: from here on no owner before can write. Waits for a flush that is under way.
UPDATE task_partitions AS seat
SET epoch = seat.epoch + 1, is_clean = FALSE
FROM (SELECT id, is_clean FROM task_partitions WHERE queue = $1 AND number = $2 FOR NO KEY UPDATE) AS before
WHERE seat.id = before.id
RETURNING seat.id, seat.epoch, before.is_clean, (SELECT count(*)::int FROM task_partitions WHERE queue = $1), clock_timestamp()
