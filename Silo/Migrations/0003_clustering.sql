-- Who is in a cluster of silos, for Orleans' ADO.NET membership (the embedded build has no use for it). The protocol is Orleans'
-- extended one: every change of a row also moves the cluster's version on, in one statement, and only from the version the silo read.

CREATE TABLE membership_versions
(
    cluster_id text PRIMARY KEY,
    version    int         NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE membership
(
    cluster_id      text        NOT NULL REFERENCES membership_versions ON DELETE CASCADE,
    address         text        NOT NULL,
    port            int         NOT NULL,
    generation      int         NOT NULL,
    silo_name       text        NOT NULL,
    host_name       text        NOT NULL,
    -- Orleans' SiloStatus: 1 created, 2 joining, 3 active, 4 shutting down, 5 stopping, 6 dead.
    status          int         NOT NULL,
    -- 0: a silo that takes no clients.
    proxy_port      int         NOT NULL,
    suspect_times   text,
    start_time      timestamptz NOT NULL,
    i_am_alive_time timestamptz NOT NULL,
    PRIMARY KEY (cluster_id, address, port, generation)
)
-- Every silo writes its row every few seconds; with room on the page that touches no index.
WITH (fillfactor = 50);

INSERT INTO orleansquery (querykey, querytext)
VALUES ('InsertMembershipVersionKey', $query$
WITH added AS (
    INSERT INTO membership_versions (cluster_id) VALUES (@DeploymentId)
    ON CONFLICT DO NOTHING
    RETURNING 1)
SELECT count(*) > 0 FROM added
$query$),

       -- The version's row is the lock: of two silos that read one version the second waits here, finds another version and inserts
       -- nothing. That also makes the look for an existing row safe, since whoever adds one moves the version.
       ('InsertMembershipKey', $query$
WITH moved AS (
    UPDATE membership_versions
    SET version = version + 1, updated_at = now()
    WHERE cluster_id = @DeploymentId AND version = @Version
      AND NOT EXISTS (
        SELECT FROM membership
        WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
    RETURNING cluster_id),
added AS (
    INSERT INTO membership (cluster_id, address, port, generation, silo_name, host_name, status, proxy_port, start_time, i_am_alive_time)
    SELECT cluster_id, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime
    FROM moved
    RETURNING 1)
SELECT count(*) > 0 FROM added
$query$),

       -- The silo's row is locked before the version moves: a clean-up that removes it meanwhile would leave a version that stands for
       -- no change.
       ('UpdateMembershipKey', $query$
WITH silo AS (
    SELECT cluster_id
    FROM membership
    WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
    FOR UPDATE),
moved AS (
    UPDATE membership_versions
    SET version = version + 1, updated_at = now()
    FROM silo
    WHERE membership_versions.cluster_id = silo.cluster_id AND version = @Version
    RETURNING silo.cluster_id),
changed AS (
    UPDATE membership
    SET status = @Status, suspect_times = @SuspectTimes, i_am_alive_time = @IAmAliveTime
    FROM moved
    WHERE membership.cluster_id = moved.cluster_id AND address = @Address AND port = @Port AND generation = @Generation
    RETURNING 1)
SELECT count(*) > 0 FROM changed
$query$),

       -- A heartbeat is no change of the membership: the version stays.
       ('UpdateIAmAlivetimeKey', $query$
UPDATE membership
SET i_am_alive_time = @IAmAliveTime
WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
$query$),

       -- The version comes back even where there is no silo, with NULLs beside it.
       ('MembershipReadRowKey', $query$
SELECT cluster_id AS "DeploymentId", address AS "Address", port AS "Port", generation AS "Generation", silo_name AS "SiloName",
       host_name AS "HostName", status AS "Status", proxy_port AS "ProxyPort", suspect_times AS "SuspectTimes",
       start_time AS "StartTime", i_am_alive_time AS "IAmAliveTime", version AS "Version"
FROM membership_versions
LEFT JOIN (
    SELECT * FROM membership WHERE address = @Address AND port = @Port AND generation = @Generation) AS silo USING (cluster_id)
WHERE cluster_id = @DeploymentId
$query$),

       ('MembershipReadAllKey', $query$
SELECT cluster_id AS "DeploymentId", address AS "Address", port AS "Port", generation AS "Generation", silo_name AS "SiloName",
       host_name AS "HostName", status AS "Status", proxy_port AS "ProxyPort", suspect_times AS "SuspectTimes",
       start_time AS "StartTime", i_am_alive_time AS "IAmAliveTime", version AS "Version"
FROM membership_versions
LEFT JOIN membership USING (cluster_id)
WHERE cluster_id = @DeploymentId
$query$),

       ('GatewaysQueryKey', $query$
SELECT address AS "Address", proxy_port AS "ProxyPort", generation AS "Generation"
FROM membership
WHERE cluster_id = @DeploymentId AND status = @Status AND proxy_port > 0
$query$),

       ('DeleteMembershipTableEntriesKey', $query$
DELETE FROM membership_versions WHERE cluster_id = @DeploymentId
$query$),

       -- One dead silo, if it is still as it was when the provider judged it (since 10.4); the provider prefers this one where it is there.
       ('CleanupDefunctSiloEntryKey', $query$
DELETE FROM membership
WHERE cluster_id = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND status = 6
  AND start_time = @StartTime AND i_am_alive_time = @IAmAliveTime AND suspect_times IS NOT DISTINCT FROM @SuspectTimes
$query$),

       -- All dead ones at once; must be there.
       ('CleanupDefunctSiloEntriesKey', $query$
DELETE FROM membership
WHERE cluster_id = @DeploymentId AND status = 6 AND start_time < @IAmAliveTime AND i_am_alive_time < @IAmAliveTime
$query$);
