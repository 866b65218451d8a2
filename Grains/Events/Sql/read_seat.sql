-- Who has it.
SELECT epoch FROM event_partitions WHERE id = $1
