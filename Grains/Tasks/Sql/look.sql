-- What the owner cannot know by itself: a probe of an index each.
SELECT clock_timestamp(),
       EXISTS (SELECT FROM tasks WHERE partition = $1 AND position IS NULL),
       (SELECT min(run_at) FROM tasks WHERE partition = $1 AND state = 'scheduled' AND position IS NOT NULL),
       (SELECT min(expires_at) FROM tasks WHERE partition = $1 AND expires_at IS NOT NULL)
