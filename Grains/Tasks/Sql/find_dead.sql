-- Some dead tasks of one tenant, any.
SELECT id
FROM dead_tasks
WHERE tenant = @tenant AND (@type::text IS NULL OR type = @type) AND (@queue::text IS NULL OR queue = @queue)
  AND finished_at < coalesce(@before, 'infinity'::timestamptz)
LIMIT @take
