-- Up to where days were dropped.
SELECT coalesce((SELECT min(first_position) - 1 FROM event_days WHERE partition = $1), last_position) FROM event_partitions WHERE id = $1
