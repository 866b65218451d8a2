-- Not now: later, counted from now by this clock.
--
-- The rows are found by their key first and changed by their place: OFFSET 0 keeps the order. After an ANALYZE that met the table just as it
-- was empty, a plain join would be turned round and read every row for every given one.
UPDATE tasks AS task
SET state = 'scheduled', attempt = failed.attempt, doubt = 0, run_at = clock_timestamp() + make_interval(secs => failed.delay_seconds),
    attempts = failed.attempts::json
FROM (SELECT given.*, found.place
      FROM unnest($1::uuid[], $2::int[], $3::float8[], $4::text[]) AS given (id, attempt, delay_seconds, attempts)
               CROSS JOIN LATERAL (SELECT ctid AS place FROM tasks WHERE tasks.id = given.id FOR UPDATE) AS found
      OFFSET 0) AS failed
WHERE task.ctid = failed.place
