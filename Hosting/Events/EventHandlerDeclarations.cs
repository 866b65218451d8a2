using Buildify.Events;
using Buildify.Hosting.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Hosting.Events;

/// <summary>
/// Writes down, before the process takes part in anything, the handlers of events that it has. A process that starts before the first silo has
/// made the table waits for it as long as a start waits for PostgreSQL (<c>Postgres__StartSeconds</c>).
/// </summary>
internal sealed class EventHandlerDeclarations(EventHandlerCatalog catalog, IOptions<PostgresOptions> postgres, NpgsqlDataSource database, TimeProvider time)
    : IHostedLifecycleService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private static readonly string Sql = ReadSql();

    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        if (catalog.All.IsEmpty) return;
        var start = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Declare(cancellationToken);
                return;
            }
            catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.UndefinedColumn
                && time.GetElapsedTime(start).TotalSeconds < postgres.Value.StartSeconds)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task Declare(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue("names", catalog.All.Select(handler => handler.Name).ToArray());
        command.Parameters.AddWithValue("modules", catalog.All.Select(handler => handler.Module).ToArray());
        command.Parameters.AddWithValue("patterns", catalog.All.Select(handler => handler.Pattern.Text).ToArray());
        command.Parameters.AddWithValue("priorities", catalog.All.Select(handler => (short)handler.Priority).ToArray());
        command.Parameters.AddWithValue("max_attempts", catalog.All.Select(handler => handler.MaxAttempts).ToArray());
        command.Parameters.AddWithValue("stops", catalog.All.Select(handler => handler.StopsOnFailure).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string ReadSql()
    {
        using var reader = new StreamReader(typeof(EventHandlerDeclarations).Assembly.GetManifestResourceStream("Buildify.Hosting.Events.declare_handlers.sql")!);
        return reader.ReadToEnd();
    }
}

public static class EventHandlerDeclarationServices
{
    /// <summary>Declares the process's handlers when it starts. Wants <c>AddPostgres</c>, and where the process migrates <c>AddMigrations</c>, called before.</summary>
    public static IServiceCollection AddEventHandlerDeclarations(this IServiceCollection services)
    {
        services.AddEventHandlers();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EventHandlerDeclarations>());
        return services;
    }
}
