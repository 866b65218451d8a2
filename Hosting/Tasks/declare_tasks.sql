-- Makes the queues with their partitions, and the types: what the processes of this build know. Nothing is taken away: a queue never gets
-- fewer partitions than it has.
--
-- One process at a time. Without that lock, two that start together could each miss the other's partitions, and ON CONFLICT alone would use
-- up a partition's id at every start, of which there are 65,535 for ever.
SELECT pg_advisory_xact_lock(hashtext('declare_tasks'));

INSERT INTO task_queues (name)
SELECT wanted.name
FROM unnest(@queues) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM task_queues AS known WHERE known.name = wanted.name)
ON CONFLICT DO NOTHING;

INSERT INTO task_partitions (queue, number)
SELECT wanted.queue, series.number
FROM unnest(@queues, @partitions) AS wanted (queue, partitions), generate_series(0, wanted.partitions - 1) AS series (number)
WHERE NOT EXISTS (SELECT FROM task_partitions AS known WHERE known.queue = wanted.queue AND known.number = series.number)
ORDER BY wanted.queue, series.number
ON CONFLICT DO NOTHING;

INSERT INTO task_types AS known (name, queue, max_attempts)
SELECT wanted.name, wanted.queue, wanted.max_attempts
FROM unnest(@types, @type_queues, @max_attempts) AS wanted (name, queue, max_attempts)
ORDER BY wanted.name
ON CONFLICT (name) DO UPDATE SET queue = excluded.queue, max_attempts = excluded.max_attempts, updated_at = now()
WHERE (known.queue, known.max_attempts) IS DISTINCT FROM (excluded.queue, excluded.max_attempts);
