-- That a day was trimmed; of dropped days what is longer ago than anybody asks for goes.
WITH old AS (
    DELETE FROM event_trims
    WHERE trimmed_at < now() - interval '2 days' AND to_regclass('events_' || to_char(day, 'YYYYMMDD')) IS NULL)
INSERT INTO event_trims (day, trimmed_days) VALUES (to_date(@Day, 'YYYYMMDD'), @Passed)
ON CONFLICT (day) DO UPDATE SET trimmed_days = excluded.trimmed_days, trimmed_at = now()
