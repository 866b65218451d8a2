-- Deletes dead tasks of one tenant. Locks their rows alone, and passes over those that somebody else is at.
DELETE FROM dead_tasks
WHERE id = ANY (ARRAY(
    SELECT id FROM dead_tasks
    WHERE tenant = @tenant AND (@type::text IS NULL OR type = @type) AND (@queue::text IS NULL OR queue = @queue)
      AND finished_at < coalesce(@before, 'infinity'::timestamptz)
    LIMIT @take
    FOR UPDATE SKIP LOCKED))
