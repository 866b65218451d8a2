SELECT count(*) FILTER (WHERE state = 'scheduled'), count(*) FILTER (WHERE state = 'waiting')
FROM tasks WHERE partition = $1 AND state <> 'queued' AND position IS NOT NULL
