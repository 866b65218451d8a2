-- Before the events: what is read behind it has everything up to here. And how far the log was dropped.
SELECT last_position, (SELECT min(first_position) - 1 FROM event_days WHERE partition = $1)
FROM event_partitions
WHERE id = $1
