using System.Diagnostics;
using Buildify.Silo.Modules;
using Npgsql;

namespace Buildify.Silo.Postgres;

/// <summary>What a run did: the files it applied, and the numbers a newer program has applied that this one does not know.</summary>
public sealed record MigrationOutcome(IReadOnlyList<string> Applied, IReadOnlyList<int> Unknown);

/// <summary>
/// Applies a <see cref="MigrationSet"/>: forward only, in order, each script in a transaction of its own. Any number of processes may
/// start at once: one holds the advisory lock and works, the others wait and find nothing left to do.
/// </summary>
public sealed partial class Migrator(NpgsqlDataSource source, ILogger<Migrator> logger)
{
    /// <summary>
    /// The lock is the session's, not a transaction's: it spans the scripts. The number is arbitrary and ours. Waiting is bounded, and
    /// so is waiting for a table that some long transaction holds: a start that hangs says less than one that fails.
    /// </summary>
    private const string LockSql = "SET lock_timeout = '10min'; SELECT pg_advisory_lock(7121501911); SET lock_timeout = '1min'";
    private const string UnlockSql = "SELECT pg_advisory_unlock(7121501911); RESET lock_timeout";

    private const string ExistsSql = "SELECT to_regclass('schema_migrations') IS NOT NULL";
    private const string AppliedSql = "SELECT version, checksum FROM schema_migrations WHERE owner = $1";
    // The platform's own scripts begin before the column of the module's version is there.
    private const string RecordSql = "INSERT INTO schema_migrations (owner, version, file, checksum) VALUES ($1, $2, $3, $4)";
    private const string RecordModuleSql =
        "INSERT INTO schema_migrations (owner, version, file, checksum, module_version) VALUES ($1, $2, $3, $4, $5)";

    private const string TableSql =
        """
        CREATE TABLE IF NOT EXISTS schema_migrations
        (
            owner          text        NOT NULL,
            version        int         NOT NULL,
            file           text        NOT NULL,
            checksum       text        NOT NULL,
            applied_at     timestamptz NOT NULL DEFAULT now(),
            module_version text,
            PRIMARY KEY (owner, version)
        )
        """;

    /// <exception cref="MigrationException">A script failed, was changed, or comes too late.</exception>
    public Task<MigrationOutcome> ApplyAsync(MigrationSet set, CancellationToken cancellation) => ApplyAsync(set, module: null, cancellation);

    /// <param name="module">Whose scripts they are; null for the platform's own.</param>
    /// <exception cref="MigrationException">A script failed or is refused, was changed, or comes too late; or the module does.</exception>
    internal async Task<MigrationOutcome> ApplyAsync(MigrationSet set, ModuleScripts? module, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation);

        // Nearly every start finds nothing to do, and then takes no lock.
        var isReady = module is null || await module.IsReady(connection, cancellation);
        var applied = await ReadAppliedAsync(connection, set, cancellation);
        if (Pending(set, applied).Count == 0 && isReady)
            return Outcome(set, [], applied);

        await ExecuteAsync(connection, LockSql, cancellation);
        try
        {
            await ExecuteAsync(connection, TableSql, cancellation);
            if (module is not null && !await module.IsReady(connection, cancellation))
                await module.MakeRoles(connection, cancellation);
            applied = await ReadAppliedAsync(connection, set, cancellation);
            var pending = Pending(set, applied);
            foreach (var migration in pending)
                await ApplyAsync(connection, set, migration, module, cancellation);
            return Outcome(set, pending, applied);
        }
        finally
        {
            // Not with the caller's token, which may be the reason why we are here. A broken connection has lost the lock anyway.
            if (connection.FullState == System.Data.ConnectionState.Open)
                await ExecuteAsync(connection, UnlockSql, CancellationToken.None);
        }
    }

    /// <summary>The scripts still to be applied; throws where what was applied and what we have contradict each other.</summary>
    private static List<Migration> Pending(MigrationSet set, Dictionary<int, string> applied)
    {
        var newest = applied.Keys.DefaultIfEmpty().Max();
        var pending = new List<Migration>();
        foreach (var migration in set.Migrations)
        {
            if (!applied.TryGetValue(migration.Version, out var checksum))
                pending.Add(migration.Version > newest ? migration : throw MigrationException.OutOfOrder(set.Name, migration, newest));
            else if (checksum != migration.Checksum)
                throw MigrationException.Changed(set.Name, migration, checksum);
        }
        return pending;
    }

    /// <summary>
    /// A newer program's scripts do not stop an older one: while replicas are replaced one by one both run, and scripts therefore only
    /// ever add. It is said, since it explains much that may follow.
    /// </summary>
    private MigrationOutcome Outcome(MigrationSet set, List<Migration> pending, Dictionary<int, string> applied)
    {
        int[] unknown = [.. applied.Keys.Except(set.Migrations.Select(migration => migration.Version)).Order()];
        if (unknown.Length > 0)
            Log.Newer(logger, set.Name, unknown[^1], set.Migrations.Count == 0 ? 0 : set.Migrations[^1].Version);
        return new([.. pending.Select(migration => migration.File)], unknown);
    }

    private async Task ApplyAsync(
        NpgsqlConnection connection, MigrationSet set, Migration migration, ModuleScripts? module, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        var statements = SqlScript.Split(migration.Sql);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        if (module is not null)
        {
            foreach (var statement in statements)
            {
                if (ScriptRefusal.Of(statement) is { } why)
                    throw MigrationException.Refused(set.Name, migration, statement, why);
            }
            await module.Enter(connection, cancellation);
        }
        foreach (var statement in statements)
        {
            try
            {
                await ExecuteAsync(connection, statement.Text, cancellation);
            }
            catch (PostgresException error)
            {
                throw MigrationException.Failed(set.Name, migration, statement, error);
            }
        }
        if (module is not null)
        {
            if (await module.Guard(connection, cancellation) is { Count: > 0 } problems)
                throw MigrationException.Refused(set.Name, migration, problems);
            await ModuleScripts.Leave(connection, cancellation);
        }
        await RecordAsync(connection, set, migration, module, cancellation);
        await transaction.CommitAsync(cancellation);
        var elapsed = Stopwatch.GetElapsedTime(started);
        Log.Applied(logger, set.Name, migration.File, elapsed);
    }

    private static async Task RecordAsync(
        NpgsqlConnection connection, MigrationSet set, Migration migration, ModuleScripts? module, CancellationToken cancellation)
    {
        await using var record = new NpgsqlCommand(module is null ? RecordSql : RecordModuleSql, connection)
        {
            Parameters =
            {
                new() { Value = set.Name }, new() { Value = migration.Version }, new() { Value = migration.File },
                new() { Value = migration.Checksum },
            },
        };
        if (module is not null)
            record.Parameters.Add(new() { Value = module.Version });
        await record.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<Dictionary<int, string>> ReadAppliedAsync(
        NpgsqlConnection connection, MigrationSet set, CancellationToken cancellation)
    {
        var applied = new Dictionary<int, string>();
        await using var exists = new NpgsqlCommand(ExistsSql, connection);
        if (await exists.ExecuteScalarAsync(cancellation) is not true)
            return applied;

        await using var command = new NpgsqlCommand(AppliedSql, connection) { Parameters = { new() { Value = set.Name } } };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
            applied.Add(reader.GetInt32(0), reader.GetString(1));
        return applied;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        // No time limit on a statement: an index over many rows takes as long as it takes.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Migrated {Owner}: {File} in {Elapsed}")]
        public static partial void Applied(ILogger logger, string owner, string file, TimeSpan elapsed);

        [LoggerMessage(Level = LogLevel.Warning,
            Message = "The database was migrated by a newer program: {Owner} is at {Newest}, this program knows {Known}. It goes on, as while replicas are replaced")]
        public static partial void Newer(ILogger logger, string owner, int newest, int known);
    }
}
