using Buildify.Events;
using Buildify.Hosting.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Hosting.Events;

/// <summary>The handlers of events that the process has.</summary>
internal sealed class EventHandlerDeclarations(
    EventHandlerCatalog catalog, IOptions<PostgresOptions> postgres, NpgsqlDataSource database, TimeProvider time, ILogger<EventHandlerDeclarations> logger)
    : Declarations(postgres, time, logger)
{
    private static readonly string Sql = ReadSql("Buildify.Hosting.Events.declare_handlers.sql");

    protected override async Task Declare(CancellationToken cancellation)
    {
        if (catalog.All.IsEmpty) return;
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue("names", catalog.All.Select(handler => handler.Name).ToArray());
        command.Parameters.AddWithValue("modules", catalog.All.Select(handler => handler.Module).ToArray());
        command.Parameters.AddWithValue("patterns", catalog.All.Select(handler => handler.Pattern.Text).ToArray());
        command.Parameters.AddWithValue("priorities", catalog.All.Select(handler => (short)handler.Priority).ToArray());
        command.Parameters.AddWithValue("max_attempts", catalog.All.Select(handler => handler.MaxAttempts).ToArray());
        command.Parameters.AddWithValue("stops", catalog.All.Select(handler => handler.StopsOnFailure).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
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
