-- The owner leaves in order: its successor need not suspect any task of having killed it.
UPDATE task_partitions SET is_clean = TRUE WHERE id = $1 AND epoch = $2
