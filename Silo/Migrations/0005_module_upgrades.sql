-- Which tenants' data a newer version of a module has still to be brought to, and where that failed. Columns of a view are only ever
-- added, and at its end.
CREATE OR REPLACE VIEW tenant_modules AS
SELECT substr(grain.key, 8)                                AS tenant_id,
       module.name                                         AS module_name,
       coalesce((module.body ->> 'enabled')::bool, FALSE)  AS is_enabled,
       module.body -> 'configuration'                      AS configuration,
       module.body -> 'enabled_features'                   AS enabled_features,
       module.body -> 'disabled_features'                  AS disabled_features,
       module.body ->> 'version'                           AS version,
       (module.body ->> 'revision')::bigint                AS revision,
       (module.body ->> 'created_at')::timestamptz         AS created_at,
       (module.body ->> 'updated_at')::timestamptz         AS updated_at,
       module.body ->> 'updated_by'                        AS updated_by,
       module.body ->> 'data_version'                      AS data_version,
       module.body ->> 'problem'                           AS problem
FROM grain_state AS grain,
     jsonb_each(nullif(grain.payload -> 'modules', 'null')) AS module (name, body)
WHERE grain.service_id = 'buildify' AND grain.kind = 'tenant' AND grain.payload IS NOT NULL;
