using Buildify.Events;
using Buildify.Hosting.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Hosting.Events;

/// <summary>The event types that the process knows; one that is not what it has to be stops the start.</summary>
internal sealed class EventDeclarations(
    EventCatalog catalog, IOptions<PostgresOptions> postgres, NpgsqlDataSource database, TimeProvider time, ILogger<EventDeclarations> logger)
    : Declarations(postgres, time, logger)
{
    private static readonly string Sql = ReadSql("Buildify.Hosting.Events.declare_events.sql");

    protected override async Task Declare(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue("names", catalog.All.Select(type => type.Name).ToArray());
        command.Parameters.AddWithValue("versions", catalog.All.Select(type => type.About.Version).ToArray());
        command.Parameters.AddWithValue("modules", catalog.All.Select(type => type.Module).ToArray());
        command.Parameters.AddWithValue("externals", catalog.All.Select(type => type.About.External).ToArray());
        command.Parameters.AddWithValue("retention_days", catalog.All.Select(type => type.About.RetentionDays).ToArray());
        command.Parameters.AddWithValue("subjects", NpgsqlDbType.Array | NpgsqlDbType.Text, catalog.All.Select(type => type.PersonalFields.IsEmpty ? null : type.Subject).ToArray());
        // Arrays of arrays would all have to be of one length; a field's name has no comma.
        command.Parameters.AddWithValue("personal_fields", catalog.All.Select(type => string.Join(',', type.PersonalFields)).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

public static class EventDeclarationServices
{
    /// <summary>
    /// Declares the types of the process's <see cref="EventCatalog"/> when it starts. Wants <c>AddPostgres</c>, and where the process
    /// migrates <c>AddMigrations</c>, called before.
    /// </summary>
    public static IServiceCollection AddEventDeclarations(this IServiceCollection services)
    {
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, EventDeclarations>());
        return services;
    }
}
