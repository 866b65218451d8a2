using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Hosting.Postgres;

/// <summary>
/// Before anything else of the process starts: wait for the server, and refuse a budget of connections it cannot give. Found now it is
/// one clear message; found under load it is "sorry, too many clients" in every process at once.
/// </summary>
internal sealed class PostgresStart(
    NpgsqlDataSource source, IOptions<PostgresOptions> options, TimeProvider time, ILogger<PostgresStart> logger) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var limit = TimeSpan.FromSeconds(options.Value.StartSeconds);
        await using var connection = await source.OpenWhenReadyAsync(limit, time, logger, cancellationToken);
        var server = await ConnectionBudget.ReadAsync(connection, cancellationToken);
        if (ConnectionBudget.Refusal(server, options.Value) is { } refusal)
            throw new InvalidOperationException(refusal);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
