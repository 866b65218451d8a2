using System.Collections.Immutable;
using System.Data.Common;
using Buildify.Modules;
using Dapper;
using Npgsql;

namespace Buildify.Health;

[StatelessWorker(4), GrainType("health")]
internal sealed class HealthGrain(NpgsqlDataSource database, TimeProvider time) : Grain, IHealthGrain
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Whoever asks for all modules waits 2 seconds: one that hangs is not to hide the others.
    private static readonly TimeSpan ModuleLimit = TimeSpan.FromSeconds(1.5);

    public async Task<HealthCheck> CheckPostgres()
    {
        var start = time.GetTimestamp();
        using var limit = new CancellationTokenSource(Limit, time);
        try
        {
            await using var connection = await database.OpenConnectionAsync(limit.Token);
            await connection.ExecuteAsync(new CommandDefinition("SELECT 1", cancellationToken: limit.Token));
            return new HealthCheck(HealthStatus.Healthy, time.GetElapsedTime(start).TotalMilliseconds, Error: null);
        }
        catch (Exception error) when (error is DbException or OperationCanceledException or TimeoutException)
        {
            var words = error is OperationCanceledException ? $"PostgreSQL did not answer within {Limit.TotalSeconds} s." : error.Message;
            return new HealthCheck(HealthStatus.Unhealthy, time.GetElapsedTime(start).TotalMilliseconds, words);
        }
    }

    public async Task<ImmutableSortedDictionary<string, HealthCheck>> CheckModules()
    {
        var start = time.GetTimestamp();
        await using var connection = await database.OpenConnectionAsync();
        var modules = await connection.QueryAsync<(string Name, string State, string? Error, string Source)>(
            "SELECT name, state, error, source FROM modules");
        var durationMs = time.GetElapsedTime(start).TotalMilliseconds;
        var checks = modules.Select(async module => (module.Name, Check: module switch
        {
            { State: not "installed" } => new HealthCheck(HealthStatus.Unhealthy, durationMs, module.Error),
            { Source: "project" } => await AskModule(module.Name),
            _ => new HealthCheck(HealthStatus.Healthy, durationMs, Error: null),
        }));
        return (await Task.WhenAll(checks)).ToImmutableSortedDictionary(module => module.Name, module => module.Check, StringComparer.Ordinal);
    }

    public async Task<HealthCheck> AskModule(string module)
    {
        var start = time.GetTimestamp();
        try
        {
            var hooks = GrainFactory.GetGrain<IModuleHooksGrain>(GrainId.Create($"{module}-hooks", GrainKeys.Platform));
            return await hooks.CheckHealth().WaitAsync(ModuleLimit, time);
        }
        catch (Exception error)
        {
            return new HealthCheck(HealthStatus.Unhealthy, time.GetElapsedTime(start).TotalMilliseconds, $"No silo serves it: {error.Message}");
        }
    }
}
