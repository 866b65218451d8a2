using Buildify.Modules;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Modules;

/// <inheritdoc cref="IModuleTables"/>
internal sealed class ModuleTables(ModulePlaces places, ModuleAccounts accounts) : IModuleTables
{
    public NpgsqlDataSource Database(string module) => places.Of(module).Administration;

    public async Task<long> PurgeTenant(string module, string tenant, CancellationToken cancellation = default)
    {
        var place = places.Of(module);
        if (await accounts.Find(module, place.Id, cancellation) is not { } account) return 0;

        // As the owner, in sight of one tenant's rows: what goes wrong here cannot touch another's.
        await using var connection = await place.Administration.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ModuleScripts.Become(connection, account.OwnerRole, cancellation);
        await connection.ExecuteAsync(Command("SELECT set_config('buildify.tenant', @tenant, true)", new { tenant }));
        await using var query = new NpgsqlCommand(ModuleSql.PurgeTables, connection) { Parameters = { new() { Value = account.OwnerRole } } };
        if (await query.ExecuteScalarAsync(cancellation) is not string statement) return 0;
        // No time limit: many rows take as long as they take.
        var purged = await connection.ExecuteScalarAsync<long>(Command(statement, null, timeout: 0));
        await transaction.CommitAsync(cancellation);
        return purged;

        CommandDefinition Command(string sql, object? args, int? timeout = null) =>
            new(sql, args, transaction, timeout, cancellationToken: cancellation);
    }
}
