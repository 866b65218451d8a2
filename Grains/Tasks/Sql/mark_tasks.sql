-- Before they are handed out: this attempt begins, and should all die of it, it counts. Also for an attempt that was lost with its worker.
-- Answers those that a handler's own transaction has completed: they need no attempt more.
--
-- The rows are found by their key first and changed by their place: OFFSET 0 keeps the order. After an ANALYZE that met the table just as it
-- was empty, a plain join would be turned round and read every row for every given one.
WITH marked AS (
    UPDATE tasks AS task
        SET attempt = begun.attempt, doubt = begun.doubt, attempts = begun.attempts::json
        FROM (SELECT given.*, found.place
              FROM unnest($1::uuid[], $2::int[], $3::smallint[], $4::text[]) AS given (id, attempt, doubt, attempts)
                       CROSS JOIN LATERAL (SELECT ctid AS place FROM tasks WHERE tasks.id = given.id FOR UPDATE) AS found
              OFFSET 0) AS begun
        WHERE task.ctid = begun.place
        RETURNING task.id)
SELECT marked.id FROM marked WHERE EXISTS (SELECT FROM task_completions AS done WHERE done.task_id = marked.id)
