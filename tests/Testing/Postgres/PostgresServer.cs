using Buildify.AppHost.Postgres;
using Buildify.Silo.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Buildify.Testing.Postgres;

/// <summary>
/// A PostgreSQL for tests, without fsync, in a temporary folder that goes with the test process however that ends. Most tests share
/// <see cref="Shared"/> and have a database of their own; one that takes the server away launches another.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> SharedServer = new(() => LaunchAsync());

    private readonly PrivatePostgres _postgres;
    private readonly ServerReaper _reaper;
    private readonly NpgsqlDataSource _administration;
    private readonly Lazy<Task<string>> _template;
    private int _databases;
    private bool _isStopped;

    private PostgresServer(PrivatePostgres postgres, ServerReaper reaper)
    {
        (_postgres, _reaper) = (postgres, reaper);
        _administration = NpgsqlDataSource.Create(postgres.ConnectionTo("postgres") + ";Maximum Pool Size=4");
        _template = new(CreateTemplateAsync);
    }

    /// <summary>The process's one server, started when first asked for.</summary>
    public static Task<PostgresServer> Shared => SharedServer.Value;

    /// <summary>Starts a server of the test's own.</summary>
    /// <param name="settings">As in <c>postgresql.conf</c>.</param>
    /// <param name="durable">Whether commits reach the disk, as in production; for measuring.</param>
    public static async Task<PostgresServer> LaunchAsync(IReadOnlyDictionary<string, string>? settings = null, bool durable = false)
    {
        var folder = Path.Combine(Path.GetTempPath(), $"buildify-test-{Guid.NewGuid():n}"[..22]);
        var reaper = ServerReaper.Watch(folder);
        var all = new Dictionary<string, string> { ["max_connections"] = "200" };
        if (!durable)
        {
            // Copying a database writes no log, and no checkpoint comes between tests.
            all["wal_level"] = "minimal";
            all["max_wal_senders"] = "0";
            all["max_wal_size"] = "2GB";
        }
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            all[name] = value;
        var options = new PrivatePostgresOptions { DataFolder = folder, Durable = durable, Settings = all };
        return new(await PrivatePostgres.StartAsync(options, CancellationToken.None), reaper);
    }

    /// <summary>A database with every migration of the platform applied, copied from a template in a few hundredths of a second.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync() => await CreateAsync($"TEMPLATE {await _template.Value} {await StrategyAsync()}");

    /// <summary>A database with nothing in it.</summary>
    public Task<PostgresDatabase> CreateEmptyDatabaseAsync() => CreateAsync("");

    /// <summary>Takes the server away. Its port, socket and data stay, for <see cref="StartAsync"/>.</summary>
    public async Task StopAsync()
    {
        _isStopped = true;
        await _postgres.StopServerAsync(CancellationToken.None);
        _administration.Clear();
    }

    /// <summary>Brings the server back where it was.</summary>
    public async Task StartAsync()
    {
        await _postgres.StartServerAsync(CancellationToken.None);
        _isStopped = false;
    }

    public async ValueTask DisposeAsync()
    {
        await _administration.DisposeAsync();
        await _postgres.DisposeAsync();
        _reaper.Dispose();
    }

    // A test that failed while the server was stopped is to say why it failed, and not that its database could not be dropped.
    internal Task DropAsync(string database) => _isStopped ? Task.CompletedTask : ExecuteAsync($"DROP DATABASE IF EXISTS {database} WITH (FORCE)");

    private async Task<PostgresDatabase> CreateAsync(string clause)
    {
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync($"CREATE DATABASE {name} {clause}");
        return new(this, name, _postgres.ConnectionTo(name));
    }

    private async Task<string> CreateTemplateAsync()
    {
        const string Name = "migrated";
        await ExecuteAsync($"CREATE DATABASE {Name}");
        await using (var source = NpgsqlDataSource.Create(_postgres.ConnectionTo(Name) + ";Pooling=false"))
        {
            var migrator = new Migrator(source, NullLogger<Migrator>.Instance);
            await migrator.ApplyAsync(MigrationSet.Platform, CancellationToken.None);
            await migrator.ApplyAsync(MigrationSet.Modules, CancellationToken.None);
        }
        // Nobody else's connection, not even autovacuum's, may be there when it is copied.
        await ExecuteAsync($"ALTER DATABASE {Name} ALLOW_CONNECTIONS false");
        return Name;
    }

    /// <summary>Before 15 copying the files was the only way, and had no name.</summary>
    private async Task<string> StrategyAsync()
    {
        await using var connection = await _administration.OpenConnectionAsync();
        return connection.PostgreSqlVersion.Major >= 15 ? "STRATEGY FILE_COPY" : "";
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var command = _administration.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
