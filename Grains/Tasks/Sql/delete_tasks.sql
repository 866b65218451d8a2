-- Ended well, nothing is kept, and nothing hangs on them.
DELETE FROM tasks WHERE id = ANY ($1)
