-- The oldest day of which something has had its time that was not taken away yet, and that nobody needs any more, or that is too old to be kept
-- for anybody. @days: the ages at which something of a day has had its time.
WITH parts AS (
    SELECT to_date(right(part.relname, 8), 'YYYYMMDD') AS day
    FROM pg_inherits AS link JOIN pg_class AS part ON part.oid = link.inhrelid
    WHERE link.inhparent = 'events'::regclass),
aged AS (
    SELECT day, (now() AT TIME ZONE 'UTC')::date - day AS age,
           (SELECT max(days) FROM unnest(@days) AS days WHERE days < (now() AT TIME ZONE 'UTC')::date - day) AS passed
    FROM parts)
SELECT to_char(aged.day, 'YYYYMMDD') AS "Day", aged.age AS "Age", aged.passed AS "Passed"
FROM aged LEFT JOIN event_trims AS trim ON trim.day = aged.day
WHERE aged.passed > coalesce(trim.trimmed_days, 0)
  AND (aged.age > @most OR NOT event_day_is_needed(aged.day))
ORDER BY aged.day
LIMIT 1
