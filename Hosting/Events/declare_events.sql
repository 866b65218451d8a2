-- Writes down the event types that the processes of this build know. Nothing is taken away, and a process of an older build that starts
-- between newer ones turns no type back.
INSERT INTO event_types AS known (name, version, module, external, retention_days, subject, personal_fields)
SELECT wanted.name, wanted.version, wanted.module, wanted.external, nullif(wanted.retention_days, 0), wanted.subject,
       CASE WHEN wanted.personal_fields = '' THEN '{}' ELSE string_to_array(wanted.personal_fields, ',') END
FROM unnest(@names, @versions, @modules, @externals, @retention_days, @subjects, @personal_fields)
         AS wanted (name, version, module, external, retention_days, subject, personal_fields)
ORDER BY wanted.name
ON CONFLICT (name) DO UPDATE
SET version = excluded.version, module = excluded.module, external = excluded.external, retention_days = excluded.retention_days,
    subject = excluded.subject, personal_fields = excluded.personal_fields, updated_at = now()
WHERE known.version <= excluded.version
  AND (known.version, known.module, known.external, known.retention_days, known.subject, known.personal_fields)
      IS DISTINCT FROM (excluded.version, excluded.module, excluded.external, excluded.retention_days, excluded.subject, excluded.personal_fields);
