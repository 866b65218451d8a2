using Buildify.Events;
using Buildify.Hosting.Postgres;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Events;

/// <summary>
/// Wakes the log's owners for what other programs insert: it hears their NOTIFY, and looks every second for what nobody told of. Each silo has
/// one, on a connection of its own, which is made anew where it is lost.
/// </summary>
internal sealed partial class EventListener(
    IOptions<PostgresOptions> options, IGrainFactory grains, TimeProvider time, ILogger<EventListener> logger) : BackgroundService
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Every so many looks all days are looked at and not today's and yesterday's, for what a transaction of more than a day has committed.</summary>
    private const int LooksBetweenWhole = 30;

    private const string WaitingSql =
        """
        SELECT seat.id::int
        FROM event_partitions AS seat,
             LATERAL (SELECT FROM events
                      WHERE partition = seat.id AND position IS NULL AND day >= CASE WHEN @all THEN '-infinity' ELSE (now() AT TIME ZONE 'UTC')::date - 1 END
                      LIMIT 1) AS waiting
        """;

    private bool _failing;
    private int _looks;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Listen(stoppingToken);
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                if (!_failing) Log.Lost(logger, error);
                _failing = true;
            }
            await Task.Delay(Rest, time, stoppingToken);
        }
    }

    private async Task Listen(CancellationToken cancellation)
    {
        var keywords = new NpgsqlConnectionStringBuilder(options.Value.ConnectionString) { Pooling = false, KeepAlive = 30 };
        keywords.ApplicationName += "-listen";
        await using var connection = new NpgsqlConnection(keywords.ConnectionString);
        await connection.OpenAsync(cancellation);
        await connection.ExecuteAsync(new CommandDefinition("LISTEN events", cancellationToken: cancellation));
        if (_failing) Log.Recovered(logger);
        _failing = false;
        while (true)
        {
            var all = _looks++ % LooksBetweenWhole == 0;
            var partitions = await connection.QueryAsync<int>(new CommandDefinition(WaitingSql, new { all }, cancellationToken: cancellation));
            await grains.PokeEventLogs(partitions);
            await connection.WaitAsync(Rest, cancellation);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Nobody listens for events of other programs; tried again every second")]
        public static partial void Lost(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "Events of other programs are listened for again")]
        public static partial void Recovered(ILogger logger);
    }
}
