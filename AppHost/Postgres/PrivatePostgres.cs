using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Buildify.AppHost.Postgres;

/// <summary>
/// A PostgreSQL of the host's own, from the installed server programs: made on first use, started with the host and stopped with it. A
/// host that was killed leaves its server running, and the next one on the same folder adopts it.
/// </summary>
public sealed partial class PrivatePostgres : IAsyncDisposable
{
    private readonly PrivatePostgresOptions _options;
    private readonly DataFolder _folder;
    private readonly ServerStart _server;
    private readonly ILogger _logger;
    private readonly string _password;

    private PrivatePostgres(PrivatePostgresOptions options, DataFolder folder, ServerStart server, string password, ILogger logger)
    {
        (_options, _folder, _server, _password, _logger) = (options, folder, server, password, logger);
    }

    /// <summary>Npgsql's keywords for <see cref="PrivatePostgresOptions.Database"/>, over the socket. Holds the password.</summary>
    public string ConnectionString => ConnectionTo(_options.Database);

    /// <summary>The loopback port.</summary>
    public int Port { get; private set; }

    /// <summary>Where the server's socket is; null where no path was short enough for one.</summary>
    public string? SocketFolder { get; private set; }

    /// <summary>The server's process.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether the server was already running, left by a host that was killed.</summary>
    public bool WasAdopted { get; private set; }

    /// <summary>The server's log.</summary>
    public string LogFile => _folder.Log;

    /// <summary>What a person types to look into the database; it names the password's file, not the password.</summary>
    public string PsqlCommand =>
        $"PGPASSFILE={Shell.Quote(_folder.PasswordFile)} psql -h 127.0.0.1 -p {Port} -U {DataFolder.User} {_options.Database}";

    /// <exception cref="PrivatePostgresException">With a message for the person who starts the host.</exception>
    public static async Task<PrivatePostgres> StartAsync(
        PrivatePostgresOptions options, CancellationToken cancellation, ILogger? logger = null, TimeProvider? time = null)
    {
        if (OperatingSystem.IsWindows())
            throw new PrivatePostgresException(
                "A private PostgreSQL is started on Linux and macOS only. Name a server with ConnectionStrings__Postgres or DATABASE_URL.");

        var folder = DataFolder.Open(options.DataFolder);
        try
        {
            var programs = ServerPrograms.Find(options.ProgramsFolder, folder.Version) ?? throw new PrivatePostgresException(NoPrograms);
            var account = await ServerAccount.ChooseAsync(folder.Server, cancellation);
            var server = new ServerStart(options, programs, account, folder, time ?? TimeProvider.System);
            var postgres = new PrivatePostgres(options, folder, server, folder.Password(), logger ?? NullLogger.Instance);
            await postgres.StartServerAsync(cancellation);
            await postgres.CreateDatabaseAsync(cancellation);
            return postgres;
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Starts the server where it does not run; for tests of an outage.</summary>
    public async Task StartServerAsync(CancellationToken cancellation)
    {
        var running = PostmasterFile.Read(_folder.Cluster);
        if (running is { IsStopping: true })
            await _server.StopAsync(cancellation);
        else if (running?.IsAlive(_folder.Cluster) == true)
        {
            Use(await _server.WaitUntilReadyAsync(null, cancellation) ?? throw new PrivatePostgresException(
                $"The PostgreSQL that runs in {_folder.Cluster} (process {running.Pid}) is not ready after {_options.StartLimit.TotalSeconds:0} s; "
                + $"{_folder.Log} may say why."));
            WasAdopted = true;
            Log.Adopted(_logger, ProcessId, Port);
            return;
        }

        if (_folder.Version is null)
        {
            Log.Initialising(_logger, _folder.Cluster);
            await _server.InitialiseAsync(_password, cancellation);
        }
        // Started again it keeps its port, for the sake of who has the connection string.
        Use(await _server.StartAsync(Port == 0 ? _options.Port : Port, cancellation));
        Log.Started(_logger, ProcessId, Port);
    }

    /// <summary>Stops the server and keeps the folder; for tests of an outage.</summary>
    public Task StopServerAsync(CancellationToken cancellation) => _server.StopAsync(cancellation);

    /// <summary>Lets go of the folder and leaves the server running, as a killed host does.</summary>
    internal void Abandon() => _folder.Dispose();

    /// <summary>Stops the server and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            // Bounded by StopLimit, and not to be cut short: what is not written back now is recovered, slowly, at the next start.
            await _server.StopAsync(CancellationToken.None);
        }
        finally
        {
            _folder.Dispose();
        }
    }

    /// <summary>Npgsql's keywords for another database of this server.</summary>
    public string ConnectionTo(string database) => new NpgsqlConnectionStringBuilder
    {
        Host = SocketFolder ?? "127.0.0.1",
        Port = Port,
        Username = DataFolder.User,
        Password = _password,
        Database = database,
        // On this machine, to a server of ours: nothing to negotiate.
        SslMode = SslMode.Disable,
        GssEncryptionMode = GssEncryptionMode.Disable,
    }.ConnectionString;

    private void Use(PostmasterFile server)
    {
        (ProcessId, Port) = (server.Pid, server.Port);
        SocketFolder = server.SocketFolder.Length > 0 ? server.SocketFolder : null;
    }

    private async Task CreateDatabaseAsync(CancellationToken cancellation)
    {
        try
        {
            // Also proves that the server is ours: it knows the password.
            await using var connection = await OpenAsync(_options.Database);
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await using var connection = await OpenAsync("postgres");
            var name = new NpgsqlCommandBuilder().QuoteIdentifier(_options.Database);
            await using var command = new NpgsqlCommand($"CREATE DATABASE {name}", connection);
            await command.ExecuteNonQueryAsync(cancellation);
        }

        async Task<NpgsqlConnection> OpenAsync(string database)
        {
            var connection = new NpgsqlConnection(ConnectionTo(database) + ";Pooling=false");
            await connection.OpenAsync(cancellation);
            return connection;
        }
    }

    private static string NoPrograms => string.Create(CultureInfo.InvariantCulture, $"""
        Buildify needs PostgreSQL and found neither a connection string nor the server's programs. Any one of these will do:
          Debian, Ubuntu     apt-get install postgresql
          Fedora             dnf install postgresql-server
          macOS              brew install postgresql@17
          a server you have  ConnectionStrings__Postgres='Host=…;Username=…;Password=…;Database=…'
                        or   DATABASE_URL='postgresql://user:password@host:5432/database'
        """);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Making a private PostgreSQL in {Cluster}")]
        public static partial void Initialising(ILogger logger, string cluster);

        [LoggerMessage(Level = LogLevel.Information, Message = "Private PostgreSQL runs (process {Process_id}, port {Port})")]
        public static partial void Started(ILogger logger, int process_id, int port);

        [LoggerMessage(Level = LogLevel.Information,
            Message = "Private PostgreSQL was still running (process {Process_id}, port {Port}): adopted")]
        public static partial void Adopted(ILogger logger, int process_id, int port);
    }
}
