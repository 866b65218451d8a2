using Buildify.Tasks;
using Buildify.Tasks.Schedules;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Tasks;

/// <summary>
/// Fires the schedules that are due, by PostgreSQL's clock. Each silo has one: a schedule's row is locked by who fires it, the others pass it
/// by, and where that one dies its transaction goes with it and the next look of any finds the schedule due as before.
/// </summary>
internal sealed partial class ScheduleClock(NpgsqlDataSource database, IGrainFactory grains, TimeProvider time, ILogger<ScheduleClock> logger)
    : BackgroundService
{
    /// <summary>A schedule that was written since the last look is seen this late at most; one that was known is fired at its time.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    /// <summary>Schedules in one transaction: few enough that their rows are locked for a moment only.</summary>
    private const int Batch = 100;

    private const string DueSql =
        $"""
        SELECT tenant AS Tenant, clock_timestamp() AS Now, {ScheduleRow.Columns}
        FROM task_schedules
        WHERE NOT paused AND next_run_at <= clock_timestamp()
        ORDER BY next_run_at
        LIMIT @Batch
        FOR UPDATE SKIP LOCKED
        """;

    private bool _failing;

    /// <summary>Fires what is due.</summary>
    /// <returns>How many schedules; <see cref="Batch"/> where more may be due.</returns>
    public async Task<int> Fire(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var partitions = new HashSet<int>();
        int fired;
        await using (var transaction = await connection.BeginTransactionAsync(cancellation))
        {
            var due = (await connection.QueryAsync<DueHead, ScheduleRow, (DueHead Head, ScheduleRow Schedule)>(
                new CommandDefinition(DueSql, new { Batch }, transaction, cancellationToken: cancellation), (head, schedule) => (head, schedule), splitOn: "Name")).AsList();
            foreach (var (head, schedule) in due)
            {
                var (ticks, next) = Decide(head, schedule);
                partitions.UnionWith(await connection.QueryAsync<int>(new CommandDefinition(
                    "SELECT partition FROM fire_schedule(@Tenant, @Name, @ticks, @next)",
                    new { head.Tenant, schedule.Name, ticks, next }, transaction, cancellationToken: cancellation)));
            }
            await transaction.CommitAsync(cancellation);
            fired = due.Count;
        }
        await QueueRows.Poke(grains, connection, partitions);
        return fired;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var rest = LongestRest;
            try
            {
                while (await Fire(stoppingToken) == Batch)
                {
                }
                rest = await UntilNext(stoppingToken);
                if (_failing) Log.Recovered(logger);
                _failing = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Said once, not every second.
                if (!_failing) Log.Failed(logger, error);
                _failing = true;
            }
            await Task.Delay(rest, time, stoppingToken);
        }
    }

    // Never less than a hundredth of a second: a row that another silo holds is due and not ours.
    private async Task<TimeSpan> UntilNext(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var seconds = await connection.ExecuteScalarAsync<double?>(new CommandDefinition(
            "SELECT extract(EPOCH FROM min(next_run_at) - clock_timestamp())::float8 FROM task_schedules WHERE NOT paused", cancellationToken: cancellation));
        return seconds is null ? LongestRest : TimeSpan.FromSeconds(Math.Clamp(seconds.Value, 0.01, LongestRest.TotalSeconds));
    }

    private (DateTime[] Ticks, DateTime Next) Decide(DueHead head, ScheduleRow schedule)
    {
        try
        {
            var timing = ScheduleTiming.Of(schedule.Cron, schedule.EverySeconds, schedule.TimeZone);
            var (ticks, next) = timing.Fire(EnumNames.Read<MissedTicks>(schedule.Missed), schedule.NextRunAt, head.Now);
            return ([.. ticks.Select(tick => tick.UtcDateTime)], next.UtcDateTime);
        }
        catch (Exception error) when (error is FormatException or TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            // What was let through when it was written can be unknown to this machine's time zones; another's may know it.
            Log.Unreadable(logger, head.Tenant, schedule.Name, error);
            return ([], head.Now.AddMinutes(1));
        }
    }

    private sealed record DueHead(string Tenant, DateTime Now);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Schedules cannot be fired; tried again every second")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "Schedules are fired again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(3, LogLevel.Error, "The schedule {Name} of {Tenant} cannot be read; tried again in a minute")]
        public static partial void Unreadable(ILogger logger, string tenant, string name, Exception error);
    }
}
