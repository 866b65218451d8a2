-- Deletes dead tasks. Locks their rows alone, and passes over those that somebody else is at.
DELETE FROM dead_tasks
WHERE id = ANY (ARRAY(SELECT id FROM dead_tasks WHERE id = ANY (@ids) FOR UPDATE SKIP LOCKED))
