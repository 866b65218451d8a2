-- Modules have roles and tables of their own: what the platform keeps about them, and what PUBLIC loses.

-- One row for each database that has had a module's tables. Read by the platform's role alone: the passwords are those of the modules'
-- runtime roles, made here and known to nobody else.
CREATE TABLE module_databases
(
    module       text COLLATE "C" NOT NULL,
    -- '': the platform's own database; else where it is, as host:5432/name.
    place        text COLLATE "C" NOT NULL,
    -- Owns the tables and runs the migrations; nobody logs in as it.
    owner_role   text             NOT NULL,
    -- What the module's grains are connected as.
    runtime_role text             NOT NULL,
    password     text             NOT NULL,
    created_at   timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (module, place)
);

COMMENT ON TABLE module_databases IS 'Holds passwords. One writer: ModuleAccounts.';

-- The version of the module whose script a row is; NULL for the platform's. A version a major step before the newest here is refused.
-- There already where the migrator made the table.
ALTER TABLE schema_migrations ADD COLUMN IF NOT EXISTS module_version text;

-- Before PostgreSQL 15 everybody may make tables in public. Whoever owns the schema can end that; a platform that does not own it
-- cannot, and the check here is what says so to a reader of the log.
DO
$$
BEGIN
    IF has_schema_privilege('public', 'public', 'CREATE') THEN
        REVOKE CREATE ON SCHEMA public FROM PUBLIC;
    END IF;
END
$$;

-- Everybody may execute a new function. These check nothing but the rights on the tables behind them, and nobody else needs them.
REVOKE EXECUTE ON FUNCTION write_grain_state(text, text, bigint, bigint, text, int, jsonb), empty_outbox(jsonb) FROM PUBLIC;
