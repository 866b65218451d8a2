-- Keys that were held for a time which is over.
DELETE FROM task_unique_keys AS held
USING unnest($1::text[], $2::text[], $3::text[]) AS new (tenant, type, key)
WHERE held.tenant = new.tenant AND held.type = new.type AND held.key = new.key AND held.held_until <= now()
