-- Writes down the event types that the processes of this build know. Nothing is taken away, and a process of an older build that starts
-- between newer ones turns no type back.
INSERT INTO event_types AS known (name, version, module, external, retention_days)
SELECT wanted.name, wanted.version, wanted.module, wanted.external, nullif(wanted.retention_days, 0)
FROM unnest(@names, @versions, @modules, @externals, @retention_days) AS wanted (name, version, module, external, retention_days)
ORDER BY wanted.name
ON CONFLICT (name) DO UPDATE
SET version = excluded.version, module = excluded.module, external = excluded.external, retention_days = excluded.retention_days, updated_at = now()
WHERE known.version <= excluded.version
  AND (known.version, known.module, known.external, known.retention_days)
      IS DISTINCT FROM (excluded.version, excluded.module, excluded.external, excluded.retention_days);
