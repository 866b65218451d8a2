using Buildify.Modules;
using Buildify.Silo.Modules;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Start;

/// <summary>
/// What nobody asks for and has to be done: goes on with installations that a crash left, and forgets idempotency keys that are
/// older than a day. At start, and every half minute; each silo does it, and doing it twice is doing it once.
/// </summary>
internal sealed partial class Housekeeping(
    IGrainFactory grains, NpgsqlDataSource database, ModulePlaces places, TimeProvider time, ILogger<Housekeeping> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    /// <summary>How many rows one statement deletes: it holds its locks for a moment only.</summary>
    private const int PurgeBatch = 5_000;

    /// <summary>How many tenants' data is brought to a newer version of a module in one round.</summary>
    private const int UpgradeBatch = 200;

    private static readonly Caller System = new("system:upgrade", "upgrade");

    private bool _failing;

    /// <summary>The modules' versions at which no tenant was behind.</summary>
    private string? _upgraded;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        do
        {
            try
            {
                await ResumeInstallations(stoppingToken);
                await UpgradeTenants(stoppingToken);
                await PurgeIdempotencyKeys(database, stoppingToken);
                foreach (var place in places.Separate) await PurgeIdempotencyKeys(place.Administration, stoppingToken);
                if (_failing) Log.Recovered(logger);
                _failing = false;
            }
            catch (Exception error) when (!stoppingToken.IsCancellationRequested)
            {
                // Said once, not every half minute.
                if (!_failing) Log.Failed(logger, error);
                _failing = true;
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ResumeInstallations(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        var running = await connection.QueryAsync<(string Tenant, string Module)>(new CommandDefinition(
            "SELECT tenant_id, module_name FROM installations WHERE state = 'running' LIMIT 1000", cancellationToken: stoppingToken));
        foreach (var (tenant, module) in running)
        {
            await grains.GetGrain<IInstallationGrain>(GrainKeys.Installation(tenant, module)).Resume();
        }
    }

    // A part each time, so that many tenants do not come at once; the others are served by the version that is there meanwhile. To look
    // for them reads every tenant's document, so once none was found it waits for another version of a module.
    private async Task UpgradeTenants(CancellationToken stoppingToken)
    {
        await using var connection = await database.OpenConnectionAsync(stoppingToken);
        var versions = await connection.ExecuteScalarAsync<string>(new CommandDefinition(
            "SELECT string_agg(name || ' ' || version, ',' ORDER BY name) FROM modules WHERE source = 'project' AND state = 'installed'",
            cancellationToken: stoppingToken));
        if (versions == _upgraded) return;

        var others = await connection.QueryAsync<(string Tenant, string Module, string? Data, string Version)>(new CommandDefinition(
            """
            SELECT on_for.tenant_id, module.name, on_for.data_version, module.version
            FROM modules AS module JOIN tenant_modules AS on_for ON on_for.module_name = module.name
            WHERE module.source = 'project' AND module.state = 'installed' AND on_for.is_enabled AND on_for.problem IS NULL
                AND on_for.data_version IS DISTINCT FROM module.version
            """,
            cancellationToken: stoppingToken));
        var behind = others.Where(other => DataVersion.IsOlder(other.Data, other.Version)).Take(UpgradeBatch).ToList();
        foreach (var (tenant, module, _, _) in behind)
        {
            await grains.GetGrain<IInstallationGrain>(GrainKeys.Installation(tenant, module)).Upgrade(System);
        }
        if (behind.Count == 0) _upgraded = versions;
    }

    private static async Task PurgeIdempotencyKeys(NpgsqlDataSource source, CancellationToken stoppingToken)
    {
        await using var connection = await source.OpenConnectionAsync(stoppingToken);
        int purged;
        do
        {
            purged = await connection.ExecuteAsync(new CommandDefinition(
                """
                DELETE FROM idempotency_keys WHERE ctid IN
                    (SELECT ctid FROM idempotency_keys WHERE created_at <= now() - interval '24 hours' LIMIT @PurgeBatch)
                """,
                new { PurgeBatch }, cancellationToken: stoppingToken));
        }
        while (purged == PurgeBatch);
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Housekeeping failed and is tried again every half minute")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "Housekeeping works again")]
        public static partial void Recovered(ILogger logger);
    }
}
