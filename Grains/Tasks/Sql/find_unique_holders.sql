SELECT new.id, held.task_id, task.state::text, task.attempt
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS new (id, tenant, type, key)
         JOIN task_unique_keys AS held ON held.tenant = new.tenant AND held.type = new.type AND held.key = new.key
         LEFT JOIN tasks AS task ON task.id = held.task_id
WHERE held.task_id <> new.id
