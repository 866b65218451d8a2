using Buildify.Events;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Events;

/// <summary>
/// Wakes what a crash left: subscriptions that are behind and were told of nothing, and retries whose grain went. At start, and every 15
/// seconds; one silo at a time.
/// </summary>
internal sealed partial class SubscriptionSweep(IGrainFactory grains, NpgsqlDataSource database, TimeProvider time, ILogger<SubscriptionSweep> logger)
    : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);

    /// <summary>Tenants that are woken at once.</summary>
    private const int AtOnce = 16;

    private static readonly string Sql = ReadSql();

    private bool _failing;

    /// <summary>Wakes the routers of tenants with something to do.</summary>
    /// <returns>Those tenants.</returns>
    public async Task<IReadOnlyList<string>> Sweep(CancellationToken cancellation)
    {
        List<string> waiting;
        await using (var connection = await database.OpenConnectionAsync(cancellation))
        {
            waiting = (await connection.QueryAsync<string>(new CommandDefinition(Sql, cancellationToken: cancellation))).AsList();
        }
        await Parallel.ForEachAsync(waiting, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation }, async (tenant, _) =>
        {
            try
            {
                await grains.GetGrain<IEventRouterGrain>(GrainKeys.Tenant(tenant)).Wake();
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                Log.NotWoken(logger, tenant, error);
            }
        });
        return waiting;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await Sweep(stoppingToken);
                if (_failing) Log.Recovered(logger);
                _failing = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Said once, not every time.
                if (!_failing) Log.Failed(logger, error);
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private static string ReadSql()
    {
        using var reader = new StreamReader(typeof(SubscriptionSweep).Assembly.GetManifestResourceStream("Buildify.Silo.Events.find_waiting.sql")!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Subscriptions that are behind cannot be looked for; tried again every 15 s")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "Subscriptions that are behind are looked for again")]
        public static partial void Recovered(ILogger logger);

        [LoggerMessage(3, LogLevel.Warning, "The subscriptions of {Tenant} could not be woken; tried again in 15 s")]
        public static partial void NotWoken(ILogger logger, string tenant, Exception error);
    }
}
