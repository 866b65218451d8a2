using System.Text;
using System.Text.Json;
using Buildify.Storage;
using Dapper;
using Npgsql;

namespace Buildify.Tasks.Schedules;

[GrainType("schedule")]
internal sealed class ScheduleGrain(NpgsqlDataSource database) : Grain, IScheduleGrain
{
    private string Tenant => this.TenantId();

    private string Name => GrainKeys.Local(this.GetPrimaryKeyString());

    public async Task<TaskSchedule?> Get()
    {
        await using var connection = await database.OpenConnectionAsync();
        return (await Find(connection, ""))?.ToSchedule();
    }

    public async Task<Outcome<TaskSchedule>> Put(NewSchedule schedule, string? ifMatch, Caller caller)
    {
        var errors = new List<FieldError>();
        var timing = ScheduleTiming.Read(schedule, errors);
        Check(schedule, errors);
        if (timing is null || errors.Count > 0) return Failure.Invalid([.. errors]);

        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var present = await Find(connection, "FOR UPDATE");
        if (Revisions.Check(ifMatch, present?.Tag) is { } stale) return stale;
        if (present is null && await IsFull(connection)) return new Failure(FailureCodes.LimitReached, $"The tenant has {NewSchedule.MaxOfTenant} schedules, which is the most.");
        var (queue, maxAttempts) = await Defaults(connection, schedule);
        if (queue is null) return Failure.Invalid(new FieldError("type", "is known to no worker; name its queue where a later worker will know it"));
        var queues = await QueueRows.Queues(connection);
        if (!queues.Contains(queue)) return Failure.Invalid(new FieldError("queue", $"names no queue; {Nearest.Hint(queue, queues)}"));

        var now = await connection.ExecuteScalarAsync<DateTime>("SELECT clock_timestamp()");
        var written = await connection.QuerySingleAsync<ScheduleRow>(
            $"""
            INSERT INTO task_schedules AS schedule (tenant, name, type, queue, payload, priority, max_attempts, cron, every_seconds, time_zone, missed,
                                                    paused, next_run_at, updated_by)
            VALUES (@tenant, @name, @type, @queue, @payload::json, @priority, @maxAttempts, @cron, @every, @zone, @missed::task_schedule_missed, @paused,
                    @next, @actor)
            ON CONFLICT (tenant, name) DO UPDATE
            SET type = excluded.type, queue = excluded.queue, payload = excluded.payload, priority = excluded.priority,
                max_attempts = excluded.max_attempts, cron = excluded.cron, every_seconds = excluded.every_seconds, time_zone = excluded.time_zone,
                missed = excluded.missed, paused = excluded.paused, next_run_at = excluded.next_run_at, problem = NULL,
                revision = schedule.revision + 1, updated_at = now(), updated_by = excluded.updated_by
            RETURNING {ScheduleRow.Columns}
            """,
            new
            {
                tenant = Tenant,
                name = Name,
                type = schedule.Type,
                queue,
                payload = (schedule.Payload ?? JsonText.EmptyObject).Text,
                priority = schedule.Priority ?? TaskOptions.DefaultPriority,
                maxAttempts,
                cron = schedule.Cron,
                every = schedule.EverySeconds,
                zone = schedule.TimeZone ?? "UTC",
                missed = EnumNames.Write(schedule.Missed),
                paused = schedule.Paused,
                next = KeepsTime(present, schedule) ? present!.NextRunAt : timing.First(now).UtcDateTime,
                actor = caller.Actor,
            });
        await transaction.CommitAsync();
        return written.ToSchedule();
    }

    public async Task<Outcome<TaskSchedule>> Delete(string? ifMatch)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        if (await Find(connection, "FOR UPDATE") is not { } present)
        {
            return Failure.NotFound($"There is no schedule '{Name}'; GET /api/v1/task-schedules lists them.");
        }
        if (Revisions.Check(ifMatch, present.Tag) is { } stale) return stale;
        await connection.ExecuteAsync("DELETE FROM task_schedules WHERE tenant = @Tenant AND name = @Name", new { Tenant, Name });
        await transaction.CommitAsync();
        return present.ToSchedule();
    }

    // One that was paused begins anew, so that what it missed meanwhile is not caught up.
    private static bool KeepsTime(ScheduleRow? present, NewSchedule schedule) => present is { Paused: false }
        && present.Cron == schedule.Cron && present.EverySeconds == schedule.EverySeconds && present.TimeZone == (schedule.TimeZone ?? "UTC");

    private static void Check(NewSchedule schedule, List<FieldError> errors)
    {
        if (schedule.Priority is < 0 or > TaskOptions.MaxPriority) errors.Add(new("priority", $"must be 0 to {TaskOptions.MaxPriority}"));
        if (schedule.MaxAttempts is < 1 or > 100) errors.Add(new("max_attempts", "must be 1 to 100"));
        if (schedule.Payload is not { } payload) return;
        if (Encoding.UTF8.GetByteCount(payload.Text) > TaskOptions.MaxPayloadBytes) errors.Add(new("payload", $"has more than {TaskOptions.MaxPayloadBytes} bytes"));
        using var document = payload.Parse();
        if (document.RootElement.ValueKind != JsonValueKind.Object) errors.Add(new("payload", "must be an object"));
    }

    private static async Task<(string? Queue, int MaxAttempts)> Defaults(NpgsqlConnection connection, NewSchedule schedule)
    {
        var (queue, maxAttempts) = await connection.QuerySingleOrDefaultAsync<(string?, int?)>(
            "SELECT queue, max_attempts FROM task_types WHERE name = @Type", new { schedule.Type });
        return (schedule.Queue ?? queue, schedule.MaxAttempts ?? maxAttempts ?? 5);
    }

    private async Task<bool> IsFull(NpgsqlConnection connection) => await connection.ExecuteScalarAsync<long>(
        "SELECT count(*) FROM task_schedules WHERE tenant = @Tenant", new { Tenant }) >= NewSchedule.MaxOfTenant;

    private Task<ScheduleRow?> Find(NpgsqlConnection connection, string locking) => connection.QuerySingleOrDefaultAsync<ScheduleRow>(
        $"SELECT {ScheduleRow.Columns} FROM task_schedules WHERE tenant = @Tenant AND name = @Name {locking}", new { Tenant, Name });
}
