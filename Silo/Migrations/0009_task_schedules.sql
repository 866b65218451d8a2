-- Tasks that come again and again. A clock in each silo looks for what is due; the row's lock makes one of them fire it, and the tick's row
-- is the last guard: whatever dies, and whoever is late, a tick has one task.

CREATE TYPE task_schedule_missed AS ENUM ('skip', 'catch_up');

CREATE TABLE task_schedules
(
    tenant        text COLLATE "C"     NOT NULL,
    name          text COLLATE "C"     NOT NULL,
    type          text COLLATE "C"     NOT NULL,
    queue         text COLLATE "C"     NOT NULL REFERENCES task_queues (name),
    payload       json                 NOT NULL,
    priority      smallint             NOT NULL CHECK (priority BETWEEN 0 AND 9),
    max_attempts  int                  NOT NULL CHECK (max_attempts BETWEEN 1 AND 100),
    cron          text,
    every_seconds int CHECK (every_seconds BETWEEN 1 AND 31536000),
    -- As IANA names it; what cron means by an hour.
    time_zone     text                 NOT NULL,
    missed        task_schedule_missed NOT NULL,
    paused        boolean              NOT NULL,
    next_run_at   timestamptz          NOT NULL,
    last_run_at   timestamptz,
    last_task_id  uuid,
    -- Why the last tick made no task.
    problem       text,
    revision      bigint               NOT NULL DEFAULT 1,
    created_at    timestamptz          NOT NULL DEFAULT now(),
    updated_at    timestamptz          NOT NULL DEFAULT now(),
    updated_by    text                 NOT NULL,
    PRIMARY KEY (tenant, name),
    CHECK ((cron IS NULL) <> (every_seconds IS NULL))
);

CREATE INDEX task_schedules_due ON task_schedules (next_run_at) WHERE NOT paused;

CREATE TABLE task_schedule_ticks
(
    tenant   text COLLATE "C" NOT NULL,
    name     text COLLATE "C" NOT NULL,
    tick     timestamptz      NOT NULL,
    task_id  uuid             NOT NULL,
    fired_at timestamptz      NOT NULL DEFAULT now(),
    PRIMARY KEY (tenant, name, tick)
);
CREATE INDEX task_schedule_ticks_age ON task_schedule_ticks (fired_at);

-- Makes the tasks of some ticks of one schedule and moves it on, in the transaction of a caller that has locked the schedule's row. A tick
-- that has its task makes none. Answers the partitions in which there is something new.
CREATE FUNCTION fire_schedule(the_tenant text, the_name text, ticks timestamptz[], the_next timestamptz)
    RETURNS TABLE (partition int)
    LANGUAGE plpgsql
    SET search_path = public, pg_catalog, pg_temp
AS
$$
#variable_conflict use_column
DECLARE
    schedule   task_schedules;
    partitions int;
    wrong      text;
BEGIN
    SELECT * INTO STRICT schedule FROM task_schedules WHERE tenant = the_tenant AND name = the_name;
    SELECT count(*) INTO partitions FROM task_partitions WHERE queue = schedule.queue;
    wrong := CASE
                 WHEN partitions = 0 THEN format('the queue %s has no partition', schedule.queue)
                 WHEN the_tenant <> '' AND NOT EXISTS (SELECT FROM tenants WHERE tenant_id = the_tenant AND is_active) THEN 'the tenant is not active'
             END;
    IF wrong IS NOT NULL THEN
        UPDATE task_schedules SET next_run_at = the_next, problem = wrong WHERE tenant = the_tenant AND name = the_name;
        RETURN;
    END IF;

    RETURN QUERY
        -- Fenced: the number is drawn once for each tick.
        WITH drawn AS MATERIALIZED (
            SELECT tick, task_partition_number(the_tenant, NULL, partitions) AS number FROM unnest(ticks) AS tick),
        placed AS MATERIALIZED (
            SELECT drawn.tick, home.id AS partition, new_task_id(home.id) AS task_id
            FROM drawn JOIN task_partitions AS home ON home.queue = schedule.queue AND home.number = drawn.number),
        fired AS (
            INSERT INTO task_schedule_ticks AS done (tenant, name, tick, task_id)
            SELECT the_tenant, the_name, placed.tick, placed.task_id FROM placed
            ON CONFLICT DO NOTHING
            RETURNING done.task_id, done.tick),
        task AS (
            INSERT INTO tasks AS made (id, partition, state, priority, tenant, type, payload, retain, max_attempts, run_at)
            SELECT fired.task_id, placed.partition, 'queued', schedule.priority, the_tenant, schedule.type, schedule.payload, 'result',
                   schedule.max_attempts, fired.tick
            FROM fired JOIN placed ON placed.task_id = fired.task_id
            ORDER BY fired.tick
            RETURNING made.partition),
        moved AS (
            UPDATE task_schedules
            SET next_run_at  = the_next, problem = NULL,
                last_run_at  = coalesce((SELECT max(fired.tick) FROM fired), last_run_at),
                last_task_id = coalesce((SELECT fired.task_id FROM fired ORDER BY fired.tick DESC LIMIT 1), last_task_id)
            WHERE tenant = the_tenant AND name = the_name)
        SELECT DISTINCT task.partition FROM task;
END
$$;

REVOKE EXECUTE ON FUNCTION fire_schedule(text, text, timestamptz[], timestamptz) FROM PUBLIC;
