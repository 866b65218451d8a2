using Buildify.Events.Log;
using Buildify.Events.Personal;
using Buildify.Hosting.Postgres;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Events;

/// <summary>What the owners of the log's partitions want.</summary>
internal static class EventLogServices
{
    /// <summary>
    /// Owners wake themselves, so that their writes notify nobody (a NOTIFY serialises commits). Each statement is planned for the days that it
    /// is about: one plan for all of them would lock every day's table each time. Nobody waits long for an id that a transaction has just used.
    /// </summary>
    internal const string Session =
        "-c buildify.quiet=on -c enable_seqscan=off -c jit=off -c plan_cache_mode=force_custom_plan -c lock_timeout=500";

    /// <summary>Connections of one process for its partitions' flushes and reads: each of them is short.</summary>
    private const int Connections = 8;

    /// <summary>Wants <c>AddPostgres</c>.</summary>
    public static void AddEventLog(this IServiceCollection services)
    {
        services.TryAddSingleton<LogMetrics>();
        services.TryAddSingleton<PersonalFields>();
        services.TryAddKeyedSingleton(EventLogGrain.SourceKey, (provider, _) =>
        {
            var keywords = new NpgsqlConnectionStringBuilder(provider.GetRequiredService<IOptions<PostgresOptions>>().Value.ConnectionString)
            {
                MaxPoolSize = Connections,
                MinPoolSize = 0,
                // These connections carry nothing from one use to the next; resetting them would be a statement more in each flush.
                NoResetOnClose = true,
            };
            keywords.Options = string.IsNullOrEmpty(keywords.Options) ? Session : $"{keywords.Options} {Session}";
            keywords.ApplicationName += "-events";
            var builder = new NpgsqlDataSourceBuilder(keywords.ConnectionString) { Name = "buildify-events" };
            builder.UseLoggerFactory(provider.GetService<ILoggerFactory>());
            return builder.Build();
        });
    }
}
