using System.Collections.Immutable;
using System.Data.Common;
using Dapper;
using Npgsql;

namespace Buildify.Health;

[StatelessWorker(4), GrainType("health")]
internal sealed class HealthGrain(NpgsqlDataSource database, TimeProvider time) : Grain, IHealthGrain
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

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
        var modules = await connection.QueryAsync<(string Name, string State, string? Error)>("SELECT name, state, error FROM modules");
        var durationMs = time.GetElapsedTime(start).TotalMilliseconds;
        return modules.ToImmutableSortedDictionary(
            module => module.Name,
            module => new HealthCheck(module.State == "installed" ? HealthStatus.Healthy : HealthStatus.Unhealthy, durationMs, module.Error),
            StringComparer.Ordinal);
    }
}
