SELECT known.tenant_id, known.subject, known.key
FROM unnest(@tenants, @subjects) AS wanted (tenant, subject)
         JOIN event_subject_keys AS known ON known.tenant_id = wanted.tenant AND known.subject = wanted.subject;
