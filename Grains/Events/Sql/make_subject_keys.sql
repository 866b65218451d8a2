-- Makes the keys that are missing. Of two that make one at the same time the second waits for the first's end, and both then read what is
-- there.
INSERT INTO event_subject_keys (tenant_id, subject, key)
SELECT wanted.tenant, wanted.subject, wanted.key
FROM unnest(@tenants, @subjects, @keys) AS wanted (tenant, subject, key)
ORDER BY wanted.tenant, wanted.subject
ON CONFLICT DO NOTHING;
