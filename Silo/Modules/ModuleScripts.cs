using Buildify.Silo.Postgres;
using Dapper;
using Npgsql;
using NuGet.Versioning;

namespace Buildify.Silo.Modules;

/// <summary>How a module's scripts are applied: as its owner role, and with its tables looked at after each.</summary>
/// <param name="prefix">What the names of its tables begin with.</param>
/// <param name="platformRole">Whom the connection is as, for messages.</param>
internal sealed class ModuleScripts(string module, SemanticVersion version, ModuleAccount account, string prefix, string platformRole)
{
    /// <summary>Written beside each script that is applied.</summary>
    public string Version { get; } = version.ToString();

    /// <summary>Whether the roles are there. Refuses a version of the module that is too old for its tables.</summary>
    public async Task<bool> IsReady(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(ModuleSql.FindRoles, connection)
        {
            Parameters = { new() { Value = account.OwnerRole }, new() { Value = account.RuntimeRole }, new() { Value = module } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var newest = reader.GetFieldValue<string[]>(1).Select(SemanticVersion.Parse).Max();
        if (newest is not null && newest.Major > version.Major) throw MigrationException.TooOld(module, version.ToString(), newest.ToString());
        return reader.GetBoolean(0);
    }

    /// <summary>Makes the roles, or brings them in line; and tables that are there already, where the roles had gone.</summary>
    public async Task MakeRoles(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        try
        {
            await using var query = new NpgsqlCommand(ModuleSql.MakeRoles, connection)
            {
                Parameters =
                {
                    new() { Value = account.OwnerRole }, new() { Value = account.RuntimeRole }, new() { Value = ScramVerifier.For(account.Password) },
                },
            };
            foreach (var statement in await Column(query, cancellation)) await Execute(connection, statement, cancellation);
        }
        catch (PostgresException error) when (error.SqlState is PostgresErrorCodes.InsufficientPrivilege)
        {
            throw MigrationException.NoRight(module, platformRole, account, error);
        }
        var canCreate = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "SELECT has_schema_privilege(@OwnerRole, 'public', 'CREATE')", new { account.OwnerRole }, transaction, cancellationToken: cancellation));
        if (!canCreate) throw MigrationException.NoSchema(module, platformRole);
        await Enter(connection, cancellation);
        if (await Guard(connection, cancellation) is { Count: > 0 } problems) throw MigrationException.Unguarded(module, problems);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>From here to the end of the transaction, or to <see cref="Leave"/>, the connection has the owner's rights alone.</summary>
    public Task Enter(NpgsqlConnection connection, CancellationToken cancellation) => Become(connection, account.OwnerRole, cancellation);

    /// <summary>After a script: puts its tables behind row-level security and gives them to the runtime role, or refuses them.</summary>
    /// <returns>What is wrong; empty where all is well.</returns>
    public async Task<IReadOnlyList<string>> Guard(NpgsqlConnection connection, CancellationToken cancellation)
    {
        // Whatever the script set, these names are PostgreSQL's.
        await Execute(connection, "SET LOCAL search_path = pg_catalog, public", cancellation);
        await using var query = new NpgsqlCommand(ModuleSql.GuardTables, connection)
        {
            Parameters = { new() { Value = account.OwnerRole }, new() { Value = account.RuntimeRole }, new() { Value = prefix } },
        };
        var (problems, statements) = (new List<string>(), new List<string>());
        await using (var reader = await query.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                if (reader.IsDBNull(0)) statements.Add(reader.GetString(1));
                else problems.Add(reader.GetString(0));
            }
        }
        if (problems.Count > 0) return problems;
        foreach (var statement in statements) await Execute(connection, statement, cancellation);
        return [];
    }

    public static Task Leave(NpgsqlConnection connection, CancellationToken cancellation) => Execute(connection, "SET LOCAL ROLE NONE", cancellation);

    public static Task Become(NpgsqlConnection connection, string role, CancellationToken cancellation)
    {
        using var quotes = new NpgsqlCommandBuilder();
        return Execute(connection, $"SET LOCAL ROLE {quotes.QuoteIdentifier(role)}", cancellation);
    }

    private static async Task<List<string>> Column(NpgsqlCommand query, CancellationToken cancellation)
    {
        var values = new List<string>();
        await using var reader = await query.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation)) values.Add(reader.GetString(0));
        return values;
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
