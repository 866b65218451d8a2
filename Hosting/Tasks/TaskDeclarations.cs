using Buildify.Hosting.Postgres;
using Buildify.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Hosting.Tasks;

/// <summary>
/// Writes down, before the process takes part in anything, the task types that it knows and their queues. A worker that starts before the
/// first silo has made the tables waits for them as long as a start waits for PostgreSQL (<c>Postgres__StartSeconds</c>).
/// </summary>
internal sealed partial class TaskDeclarations(
    TaskCatalog catalog, IOptions<TaskCatalogOptions> options, IOptions<PostgresOptions> postgres, NpgsqlDataSource database, TimeProvider time,
    ILogger<TaskDeclarations> logger) : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly string Sql = ReadSql();

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await Declare(cancellationToken);
                return;
            }
            catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.UndefinedTable
                && time.GetElapsedTime(start).TotalSeconds < postgres.Value.StartSeconds)
            {
                if (isFirst) Log.Waiting(logger, postgres.Value.StartSeconds);
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task Declare(CancellationToken cancellation)
    {
        string[] queues = [.. catalog.All.Select(type => type.About.Queue).Concat(options.Value.QueuePartitions.Keys).Append("default").Distinct(StringComparer.Ordinal)];
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var command = new NpgsqlCommand(Sql, connection, transaction);
        command.Parameters.AddWithValue("queues", queues);
        command.Parameters.AddWithValue("partitions", queues.Select(options.Value.PartitionsOf).ToArray());
        command.Parameters.AddWithValue("types", catalog.All.Select(type => type.Name).ToArray());
        command.Parameters.AddWithValue("type_queues", catalog.All.Select(type => type.About.Queue).ToArray());
        command.Parameters.AddWithValue("max_attempts", catalog.All.Select(type => type.About.MaxAttempts).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string ReadSql()
    {
        using var reader = new StreamReader(typeof(TaskDeclarations).Assembly.GetManifestResourceStream("Buildify.Hosting.Tasks.declare_tasks.sql")!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The tables for tasks are not there yet; waiting up to {Limit_seconds} s for a silo to make them")]
        public static partial void Waiting(ILogger logger, int limit_seconds);
    }
}

public static class TaskDeclarationServices
{
    /// <summary>
    /// Declares the types of the process's <see cref="TaskCatalog"/> when it starts. Wants <c>AddPostgres</c>, and where the process
    /// migrates <c>AddMigrations</c>, called before.
    /// </summary>
    public static IServiceCollection AddTaskDeclarations(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, TaskDeclarations>());
        return services;
    }
}
