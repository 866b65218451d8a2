-- What is ready, counted lane by lane along the lanes' index: three seconds for ten million.
SELECT priority, tenant, type, count(*) FROM tasks WHERE partition = $1 AND state = 'queued' AND position IS NOT NULL GROUP BY priority, tenant, type
