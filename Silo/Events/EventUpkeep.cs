using Buildify.Silo.Modules;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Events;

/// <summary>
/// What the tables of events need now and then: the next days, and the end of what is old. At start and every hour. Each silo does it, and
/// doing it twice is doing it once.
/// </summary>
internal sealed partial class EventUpkeep(
    NpgsqlDataSource database, ModulePlaces places, EventRetention retention, IOptions<EventUpkeepOptions> options, TimeProvider time,
    ILogger<EventUpkeep> logger) : BackgroundService
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
        var settings = options.Value;
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            await connection.ExecuteAsync(new CommandDefinition("SELECT event_days_prepare()", cancellationToken: cancellation));
        }
        await Purge(database, "DELETE FROM event_dead_letters WHERE ctid = ANY (ARRAY(SELECT ctid FROM event_dead_letters WHERE parked_at <= now() - make_interval(days => @Days) LIMIT @Batch))", settings.DeadDays, cancellation);
        await Purge(database, "DELETE FROM event_relayed WHERE ctid = ANY (ARRAY(SELECT ctid FROM event_relayed WHERE relayed_at <= now() - make_interval(days => @Days) LIMIT @Batch))", settings.MaxKeepDays, cancellation);
        await PurgeInbox(database, cancellation);
        foreach (var place in places.Separate)
        {
            await PurgeInbox(place.Administration, cancellation);
            await Purge(place.Administration, "DELETE FROM event_outbox WHERE problem IS NOT NULL AND created_at <= now() - make_interval(days => @Days)", settings.DeadDays, cancellation);
        }
        // Last: where a slow reader of the table has it fail, the rest is done.
        await retention.Trim(cancellation);
    }

    private Task PurgeInbox(NpgsqlDataSource source, CancellationToken cancellation) => Purge(source,
        "DELETE FROM event_inbox WHERE ctid = ANY (ARRAY(SELECT ctid FROM event_inbox WHERE seen_at <= now() - make_interval(days => @Days) LIMIT @Batch))", options.Value.MaxKeepDays, cancellation);

    private static async Task Purge(NpgsqlDataSource source, string sql, int days, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);
        while (await connection.ExecuteAsync(new CommandDefinition(sql, new { Days = days, Batch }, cancellationToken: cancellation)) > 0)
        {
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The upkeep of events failed and is tried again every minute")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "The upkeep of events works again")]
        public static partial void Recovered(ILogger logger);
    }
}
