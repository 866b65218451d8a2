-- The platform's documents: one row for each grain's state, and what Orleans' ADO.NET provider needs to read and write it.

CREATE TABLE grain_state
(
    service_id text COLLATE "C" NOT NULL,
    -- The state's name, as in [PersistentState("tenant")]; not the grain's class.
    kind       text COLLATE "C" NOT NULL,
    -- A key that reads as an integer or a GUID stands in n0 and n1, any other in key. "C" collation: ids sort by their bytes, as they do
    -- in C#, so a cursor means the same on every server.
    n0         bigint           NOT NULL,
    n1         bigint           NOT NULL,
    key        text COLLATE "C" NOT NULL,
    version    int              NOT NULL CHECK (version > 0),
    -- NULL: the state was cleared. The row stays, because its version goes on counting: were it to start at 1 again, an activation
    -- from before the clearing could overwrite what was written after it.
    payload    jsonb,
    updated_at timestamptz      NOT NULL DEFAULT now(),
    -- Nearly every kind of document has a state (active, suspended, running, …). As a stored column an index can ask for it and the
    -- write that leaves it alone stays a HOT update; an index on an expression over payload would end HOT updates for the whole table.
    state      text COLLATE "C" GENERATED ALWAYS AS (payload ->> 'state') STORED,
    PRIMARY KEY (service_id, kind, n0, n1, key)
)
-- Room on each page for the next version of its rows: no index on this table covers payload, version or updated_at, so that an update
-- that finds room touches no index.
WITH (fillfactor = 80);

COMMENT ON TABLE grain_state IS 'One writer: the grain whose state a row is, through the statements in orleansquery.';

CREATE TABLE idempotency_keys
(
    scope       text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    fingerprint text             NOT NULL,
    status      int              NOT NULL,
    response    jsonb,
    created_at  timestamptz      NOT NULL DEFAULT now(),
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (scope, key)
);

-- For the purge of what is older than a day.
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at);

CREATE TABLE configuration_history
(
    id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz      NOT NULL DEFAULT now(),
    tenant_id      text COLLATE "C" NOT NULL,
    -- NULL: a change to the tenant's own tier.
    company_id     text COLLATE "C",
    module_name    text COLLATE "C" NOT NULL,
    action         text             NOT NULL,
    actor          text             NOT NULL,
    correlation_id text,
    before         jsonb,
    after          jsonb
);

-- Newest first for one tenant's or company's module. "company_id IS NULL" is an index condition as "company_id = …" is;
-- "IS NOT DISTINCT FROM" is not.
CREATE INDEX configuration_history_newest ON configuration_history (tenant_id, company_id, module_name, id DESC);

-- Writes one document where its version is still the expected one (NULL: where it does not exist yet) and returns the new version, or
-- NULL where somebody else was first. What the document carries in "outbox" goes to the tables it is for, in the same statement: the
-- state and what follows from it commit together or not at all, in one round trip.
--
-- Locks the document's row alone. Of two writers with one version the second waits for the first, sees the version moved on (READ
-- COMMITTED looks again after the wait) and gets NULL; it has put nothing anywhere by then, since the outbox is emptied afterwards.
CREATE FUNCTION write_grain_state(
    the_service text, the_kind text, the_n0 bigint, the_n1 bigint, the_key text, expected_version int, document jsonb)
    RETURNS int
    LANGUAGE plpgsql
AS
$$
DECLARE
    outbox      jsonb;
    new_version int;
BEGIN
    IF jsonb_typeof(document) = 'object' THEN
        outbox := nullif(document -> 'outbox', 'null');
        document := document - 'outbox';
    END IF;

    IF expected_version IS NULL THEN
        INSERT INTO grain_state (service_id, kind, n0, n1, key, version, payload)
        VALUES (the_service, the_kind, the_n0, the_n1, the_key, 1, document)
        ON CONFLICT DO NOTHING
        RETURNING version INTO new_version;
    ELSE
        UPDATE grain_state
        SET payload = document, version = version + 1, updated_at = now()
        WHERE service_id = the_service AND kind = the_kind AND n0 = the_n0 AND n1 = the_n1 AND key = the_key
          AND version = expected_version
        RETURNING version INTO new_version;
    END IF;

    IF new_version IS NOT NULL AND outbox IS NOT NULL THEN
        PERFORM empty_outbox(outbox);
    END IF;
    RETURN new_version;
END
$$;

-- Inserts what an outbox holds. A kind that is not known here is refused, and the write with it: dropping it would lose what the grain
-- was promised to have written.
CREATE FUNCTION empty_outbox(outbox jsonb)
    RETURNS void
    LANGUAGE plpgsql
AS
$$
DECLARE
    unknown text;
BEGIN
    SELECT string_agg(name, ', ') INTO unknown
    FROM jsonb_object_keys(outbox) AS name
    WHERE name NOT IN ('idempotency', 'history');
    IF unknown IS NOT NULL THEN
        RAISE EXCEPTION 'a document''s outbox holds what this database cannot deliver: %', unknown
            USING ERRCODE = 'feature_not_supported', HINT = 'Known are idempotency and history. Was the database migrated?';
    END IF;

    IF nullif(outbox -> 'idempotency', 'null') IS NOT NULL THEN
        -- A key lives for a day. An older row gives way first; a younger one stays and makes the INSERT fail by itself, which is what
        -- tells the caller that the request was already answered. Of two that find the same old row the second waits for the first's
        -- DELETE, then meets its new row.
        DELETE FROM idempotency_keys AS old
        USING jsonb_to_recordset(outbox -> 'idempotency') AS new (scope text, key text)
        WHERE old.scope = new.scope AND old.key = new.key AND old.created_at <= now() - interval '24 hours';

        INSERT INTO idempotency_keys (scope, key, fingerprint, status, response)
        SELECT scope, key, fingerprint, status, response
        FROM jsonb_to_recordset(outbox -> 'idempotency')
                 AS new (scope text, key text, fingerprint text, status int, response jsonb);
    END IF;

    IF nullif(outbox -> 'history', 'null') IS NOT NULL THEN
        INSERT INTO configuration_history
            (tenant_id, company_id, module_name, action, actor, correlation_id, before, after)
        SELECT tenant_id, company_id, module_name, action, actor, correlation_id, before, after
        FROM jsonb_to_recordset(outbox -> 'history')
                 AS new (tenant_id text, company_id text, module_name text, action text, actor text, correlation_id text,
                         before jsonb, after jsonb);
    END IF;
END
$$;

-- Orleans' ADO.NET providers take their statements from this table; its name and its columns' are theirs. They bind every parameter
-- they have, by these names; a statement uses those it needs. The results' column names are theirs too.
CREATE TABLE orleansquery
(
    querykey  text PRIMARY KEY,
    querytext text NOT NULL
);

-- The provider speaks bytes of UTF-8 (bytea), the table jsonb. A key that is all in n0 and n1 comes with a NULL string.
INSERT INTO orleansquery (querykey, querytext)
VALUES ('ReadFromStorageKey', $query$
SELECT convert_to(payload::text, 'UTF8') AS "PayloadBinary", version AS "Version"
FROM grain_state
WHERE service_id = @ServiceId AND kind = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
  AND key = coalesce(@GrainIdExtensionString, '')
$query$),
       ('WriteToStorageKey', $query$
SELECT write_grain_state(@ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString, ''),
                         @GrainStateVersion, convert_from(@PayloadBinary, 'UTF8')::jsonb) AS "NewGrainStateVersion"
$query$),
       ('ClearStorageKey', $query$
UPDATE grain_state
SET payload = NULL, version = version + 1, updated_at = now()
WHERE service_id = @ServiceId AND kind = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
  AND key = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
RETURNING version AS "NewGrainStateVersion"
$query$),
       -- Loaded by the provider and used with DeleteStateOnClear, which Buildify leaves off for the version's sake (see payload above).
       ('DeleteStorageKey', $query$
DELETE
FROM grain_state
WHERE service_id = @ServiceId AND kind = @GrainTypeString AND n0 = @GrainIdN0 AND n1 = @GrainIdN1
  AND key = coalesce(@GrainIdExtensionString, '') AND version = @GrainStateVersion
RETURNING version + 1 AS "NewGrainStateVersion"
$query$);
