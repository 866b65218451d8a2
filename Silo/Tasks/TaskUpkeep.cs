using Buildify.Silo.Modules;
using Buildify.Tasks;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Tasks;

/// <summary>
/// What the tables of tasks need now and then: the history's next days, and the end of what is old. At start and every hour; what a workflow's
/// end passed by, every minute. Each silo does it, and doing it twice is doing it once.
/// </summary>
internal sealed partial class TaskUpkeep(
    NpgsqlDataSource database, ModulePlaces places, IGrainFactory grains, IOptions<TaskUpkeepOptions> options, TimeProvider time, ILogger<TaskUpkeep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private const int PeriodsOfHour = 60;

    /// <summary>How many rows one statement deletes: it holds its locks for a moment only.</summary>
    private const int Batch = 5_000;

    private bool _failing;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        var period = 0;
        do
        {
            try
            {
                if (period == 0) await Tidy(stoppingToken);
                await Poke("SELECT partition FROM cancel_workflow_leftovers()", null, stoppingToken);
                // One that failed is tried again in a minute.
                period = (period + 1) % PeriodsOfHour;
                if (_failing) Log.Recovered(logger);
                _failing = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_failing) Log.Failed(logger, error);
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <summary>What is done every hour.</summary>
    public async Task Tidy(CancellationToken cancellation)
    {
        var (keepDays, deadDays) = (options.Value.KeepDays, options.Value.DeadDays);
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            await connection.ExecuteAsync(new CommandDefinition("SELECT task_history_maintain(@keepDays)", new { keepDays }, cancellationToken: cancellation));
        }
        await Poke("SELECT partition FROM settle_completed_tasks(@keepDays)", new { keepDays }, cancellation);

        await Purge(database, "DELETE FROM dead_tasks WHERE ctid = ANY (ARRAY(SELECT ctid FROM dead_tasks WHERE finished_at <= now() - make_interval(days => @Days) LIMIT @Batch))", deadDays, cancellation);
        await Purge(database, "DELETE FROM task_unique_keys WHERE ctid = ANY (ARRAY(SELECT ctid FROM task_unique_keys WHERE held_until <= now() LIMIT @Batch))", 0, cancellation);
        // A live task's completion is what keeps it from running again, however long it was away. A dead one's is history by now.
        await Purge(database,
            """
            DELETE FROM task_completions WHERE ctid = ANY (ARRAY(
                SELECT done.ctid FROM task_completions AS done
                WHERE done.completed_at <= now() - interval '7 days' AND NOT EXISTS (SELECT FROM tasks WHERE tasks.id = done.task_id)
                LIMIT @Batch))
            """, 0, cancellation);
        await Purge(database, "DELETE FROM task_relayed WHERE ctid = ANY (ARRAY(SELECT ctid FROM task_relayed WHERE relayed_at <= now() - interval '1 day' LIMIT @Batch))", 0, cancellation);
        await Purge(database, "DELETE FROM task_schedule_ticks WHERE ctid = ANY (ARRAY(SELECT ctid FROM task_schedule_ticks WHERE fired_at <= now() - interval '7 days' LIMIT @Batch))", 0, cancellation);
        // Their steps go with them; a large one has ten thousand.
        await Purge(database, "DELETE FROM task_workflows WHERE id = ANY (ARRAY(SELECT id FROM task_workflows WHERE finished_at <= now() - make_interval(days => @Days) LIMIT @Batch / 500))", keepDays, cancellation);

        foreach (var place in places.Separate) await PurgeCompletions(place, cancellation);
    }

    // The tasks are in another database than the marks.
    private async Task PurgeCompletions(ModulePlace place, CancellationToken cancellation)
    {
        await using var module = await place.Administration.OpenConnectionAsync(cancellation);
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var after = Guid.Empty;
        while (true)
        {
            var old = (await module.QueryAsync<Guid>(new CommandDefinition(
                """
                SELECT task_id FROM task_completions WHERE completed_at <= now() - interval '7 days' AND task_id > @after ORDER BY task_id LIMIT @Batch
                """,
                new { after, Batch }, cancellationToken: cancellation))).ToArray();
            if (old.Length == 0) return;
            after = old[^1];
            var live = await connection.QueryAsync<Guid>(new CommandDefinition("SELECT id FROM tasks WHERE id = ANY (@old)", new { old }, cancellationToken: cancellation));
            await module.ExecuteAsync(new CommandDefinition(
                "DELETE FROM task_completions WHERE task_id = ANY (@ended)", new { ended = old.Except(live).ToArray() }, cancellationToken: cancellation));
        }
    }

    private async Task Poke(string sql, object? args, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var partitions = (await connection.QueryAsync<int>(new CommandDefinition(sql, args, cancellationToken: cancellation))).AsList();
        await QueueRows.Poke(grains, connection, partitions);
    }

    private static async Task Purge(NpgsqlDataSource source, string sql, int days, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        while (await connection.ExecuteAsync(new CommandDefinition(sql, new { Days = days, Batch }, cancellationToken: cancellation)) > 0)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The upkeep of tasks failed and is tried again every minute")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "The upkeep of tasks works again")]
        public static partial void Recovered(ILogger logger);
    }
}
