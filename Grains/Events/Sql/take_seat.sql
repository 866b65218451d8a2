-- Takes the seat of the partition's owner: from here on no owner before can write. Waits for a flush that is under way.
UPDATE event_partitions SET epoch = epoch + 1 WHERE id = $1 RETURNING epoch, last_position, last_day
