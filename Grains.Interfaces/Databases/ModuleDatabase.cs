using Npgsql;

namespace Buildify.Databases;

/// <summary>
/// One module's tables, for its grains: <c>public sealed class NotesDatabase(ModuleDatabases databases) : ModuleDatabase(databases,
/// "notes")</c>. Connections are those of the module's own role, which has no right on anything else.
/// </summary>
public abstract class ModuleDatabase(ModuleDatabases databases, string module)
{
    /// <summary>For the transaction alone: with it end the tenant's rows, and the connection sees none.</summary>
    private const string TenantSql = "SELECT set_config('buildify.tenant', $1, true)";

    /// <summary>
    /// Begins a transaction that sees the rows of one tenant and can write no others. One round trip; never held across a grain call.
    /// </summary>
    /// <param name="tenant">The tenant's id, as <see cref="GrainKeys.TenantOf"/> reads it from a grain's key.</param>
    /// <exception cref="ModuleUnavailableException">The module's tables are not ready; the message says why.</exception>
    public async Task<TenantSession> Begin(string tenant, CancellationToken cancellation = default)
    {
        if (!Slug.IsValid(tenant)) throw new ArgumentException($"A tenant's id {Slug.Rule}.", nameof(tenant));

        var source = await databases.Find(module, cancellation);
        var connection = await source.OpenConnectionAsync(cancellation);
        try
        {
            // Npgsql sends BEGIN along with the first command.
            var transaction = await connection.BeginTransactionAsync(cancellation);
            await using var command = new NpgsqlCommand(TenantSql, connection, transaction) { Parameters = { new() { Value = tenant } } };
            await command.ExecuteNonQueryAsync(cancellation);
            return new TenantSession(module, connection, transaction);
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
