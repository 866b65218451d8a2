using System.Collections.Concurrent;
using Buildify.Hosting.Postgres;
using Buildify.Silo.Postgres;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Silo.Modules;

/// <summary>Which database has a module's tables: the settings decide, then the manifest, then it is the platform's.</summary>
internal sealed class ModulePlaces(
    NpgsqlDataSource platform, IOptions<PostgresOptions> postgres, IOptions<ModuleDatabaseOptions> settings, ILoggerFactory logs) : IAsyncDisposable
{
    /// <summary>For migrations, purges and the look for an idempotency key: seldom, and let go of soon.</summary>
    private const int AdministrationConnections = 3;
    private const int IdleSeconds = 30;

    private readonly ConcurrentDictionary<string, Lazy<ModulePlace>> _separate = new(StringComparer.Ordinal);
    private readonly ModulePlace _shared = new("", platform, postgres.Value.ConnectionString);

    /// <summary>The databases other than the platform's that were asked for.</summary>
    public IEnumerable<ModulePlace> Separate => _separate.Values.Select(place => place.Value);

    /// <param name="module">Its name.</param>
    /// <param name="askedFor">What the manifest says; one that asks for a database of its own has its connection string in the settings.</param>
    /// <exception cref="MigrationException">It is to have a database of its own, and no setting says where.</exception>
    public ModulePlace Of(string module, bool? askedFor = null)
    {
        var setting = settings.Value.For(module);
        if (!(setting.Separate ?? (setting.ConnectionString is null ? askedFor ?? false : true))) return _shared;
        if (setting.ConnectionString is not { } connectionString) throw MigrationException.NoDatabase(module);

        var id = ModulePlace.IdOf(new NpgsqlConnectionStringBuilder(connectionString));
        return _separate.GetOrAdd(id, _ => new(() => new ModulePlace(id, Administration(connectionString), connectionString))).Value;
    }

    /// <summary>A pool as the module's role, that lets go of what is idle.</summary>
    public NpgsqlDataSource Pool(string module, ModulePlace place, ModuleAccount account)
    {
        var keywords = Small(place.ConnectionString, settings.Value.For(module).MaxConnections);
        (keywords.Username, keywords.Password) = (account.RuntimeRole, account.Password);
        // As pg_stat_activity shows it; of a longer name the server keeps 63 bytes.
        keywords.ApplicationName = $"{keywords.ApplicationName}-{module}";
        return Build(keywords, $"module-{module}");
    }

    public int MaxConnections(string module) => settings.Value.For(module).MaxConnections;

    public async ValueTask DisposeAsync()
    {
        foreach (var place in Separate) await place.Administration.DisposeAsync();
    }

    private NpgsqlDataSource Administration(string connectionString)
    {
        var keywords = Small(connectionString, AdministrationConnections);
        return Build(keywords, ModulePlace.IdOf(keywords));
    }

    private static NpgsqlConnectionStringBuilder Small(string connectionString, int connections) => new(connectionString)
    {
        MaxPoolSize = connections,
        MinPoolSize = 0,
        ConnectionIdleLifetime = IdleSeconds,
        ConnectionPruningInterval = IdleSeconds / 3,
    };

    private NpgsqlDataSource Build(NpgsqlConnectionStringBuilder keywords, string name)
    {
        // Metrics are labelled with the name; without one, with the whole connection string.
        var builder = new NpgsqlDataSourceBuilder(keywords.ConnectionString) { Name = name };
        builder.UseLoggerFactory(logs);
        return builder.Build();
    }
}
