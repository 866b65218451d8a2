using Buildify.Hosting.Postgres;
using Buildify.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Hosting.Tasks;

/// <summary>The task types that the process knows, and their queues.</summary>
internal sealed class TaskDeclarations(
    TaskCatalog catalog, IOptions<TaskCatalogOptions> options, IOptions<PostgresOptions> postgres, NpgsqlDataSource database, TimeProvider time,
    ILogger<TaskDeclarations> logger) : Declarations(postgres, time, logger)
{
    private static readonly string Sql = ReadSql("Buildify.Hosting.Tasks.declare_tasks.sql");

    protected override async Task Declare(CancellationToken cancellation)
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
