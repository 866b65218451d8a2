-- Lists are views of the documents: no second copy, no drift. Ids come from the grain's key, which never changes, and so do the
-- indexes below: an index over payload would cost every write its HOT update.
--
-- A view filters on service, kind and a payload that was not cleared; a query adds its own condition on the key's parts, and the
-- planner matches both against a partial index.

-- tenant:{id}
CREATE INDEX grain_state_tenant ON grain_state (substr(key, 8))
    WHERE service_id = 'buildify' AND kind = 'tenant';

-- {tenant}/{company}
CREATE INDEX grain_state_company ON grain_state (split_part(key, '/', 1), split_part(key, '/', 2))
    WHERE service_id = 'buildify' AND kind = 'company';

-- {tenant}/{module}
CREATE INDEX grain_state_installation ON grain_state (split_part(key, '/', 1), split_part(key, '/', 2))
    WHERE service_id = 'buildify' AND kind = 'installation';

-- What a start has to take up again: a handful among every installation there ever was.
CREATE INDEX grain_state_running ON grain_state (key)
    WHERE service_id = 'buildify' AND kind = 'installation' AND state = 'running';

CREATE VIEW tenants AS
SELECT substr(key, 8)                           AS tenant_id,
       substr(key, 8)                           AS id,
       payload ->> 'display_name'               AS display_name,
       payload ->> 'owner_email'                AS owner_email,
       state,
       state = 'active'                         AS is_active,
       (payload ->> 'created_at')::timestamptz  AS created_at,
       updated_at,
       version
FROM grain_state
WHERE service_id = 'buildify' AND kind = 'tenant' AND payload IS NOT NULL;

CREATE VIEW tenant_modules AS
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
       module.body ->> 'updated_by'                        AS updated_by
FROM grain_state AS grain,
     jsonb_each(nullif(grain.payload -> 'modules', 'null')) AS module (name, body)
WHERE grain.service_id = 'buildify' AND grain.kind = 'tenant' AND grain.payload IS NOT NULL;

CREATE VIEW companies AS
SELECT split_part(key, '/', 2)                  AS id,
       split_part(key, '/', 2)                  AS company_id,
       split_part(key, '/', 1)                  AS tenant_id,
       payload ->> 'display_name'               AS display_name,
       payload ->> 'country'                    AS country,
       payload ->> 'currency'                   AS currency,
       state,
       state = 'active'                         AS is_active,
       (payload ->> 'created_at')::timestamptz  AS created_at,
       updated_at,
       version
FROM grain_state
WHERE service_id = 'buildify' AND kind = 'company' AND payload IS NOT NULL;

-- A company's "enabled": null is no opinion: the tenant's holds. Only false turns a module off for it.
CREATE VIEW company_modules AS
SELECT split_part(grain.key, '/', 1)                      AS tenant_id,
       split_part(grain.key, '/', 2)                      AS company_id,
       module.name                                        AS module_name,
       coalesce((module.body ->> 'enabled')::bool, TRUE)  AS is_enabled,
       module.body -> 'configuration'                     AS configuration,
       module.body -> 'enabled_features'                  AS enabled_features,
       module.body -> 'disabled_features'                 AS disabled_features,
       (module.body ->> 'revision')::bigint               AS revision,
       (module.body ->> 'updated_at')::timestamptz        AS customized_at,
       module.body ->> 'updated_by'                       AS customized_by_user_id,
       (module.body ->> 'created_at')::timestamptz        AS created_at,
       (module.body ->> 'updated_at')::timestamptz        AS updated_at
FROM grain_state AS grain,
     jsonb_each(nullif(grain.payload -> 'modules', 'null')) AS module (name, body)
WHERE grain.service_id = 'buildify' AND grain.kind = 'company' AND grain.payload IS NOT NULL;

-- module:{name}. A few dozen rows: the primary key finds them.
CREATE VIEW modules AS
SELECT substr(key, 8)                                                          AS name,
       coalesce(payload -> 'manifest' ->> 'display_name', substr(key, 8))      AS display_name,
       payload ->> 'version'                                                   AS version,
       state,
       payload ->> 'source'                                                    AS source,
       payload -> 'manifest'                                                   AS manifest,
       payload ->> 'error'                                                     AS error,
       (payload ->> 'registered_at')::timestamptz                              AS registered_at,
       payload ->> 'registered_by'                                             AS registered_by
FROM grain_state
WHERE service_id = 'buildify' AND kind = 'module' AND payload IS NOT NULL;

CREATE VIEW installations AS
SELECT split_part(key, '/', 1)                   AS tenant_id,
       split_part(key, '/', 2)                   AS module_name,
       payload ->> 'operation'                   AS operation,
       payload ->> 'action'                      AS action,
       state,
       payload -> 'steps'                        AS steps,
       payload ->> 'error'                       AS error,
       (payload ->> 'started_at')::timestamptz   AS started_at,
       (payload ->> 'finished_at')::timestamptz  AS finished_at
FROM grain_state
WHERE service_id = 'buildify' AND kind = 'installation' AND payload IS NOT NULL;
