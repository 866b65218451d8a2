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

/// <summary>
/// Writes down, before the process takes part in anything, the event types that it knows; one that is not what it has to be stops the
/// start. A process that starts before the first silo has made the table waits for it as long as a start waits for PostgreSQL
/// (<c>Postgres__StartSeconds</c>).
/// </summary>
internal sealed partial class EventDeclarations(
    EventCatalog catalog, IOptions<PostgresOptions> postgres, NpgsqlDataSource database, TimeProvider time, ILogger<EventDeclarations> logger)
    : IHostedLifecycleService
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

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static string ReadSql()
    {
        using var reader = new StreamReader(typeof(EventDeclarations).Assembly.GetManifestResourceStream("Buildify.Hosting.Events.declare_events.sql")!);
        return reader.ReadToEnd();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "The tables for events are not there yet; waiting up to {Limit_seconds} s for a silo to make them")]
        public static partial void Waiting(ILogger logger, int limit_seconds);
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
