using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace Buildify.Silo.Modules;

/// <summary>A module's roles in one database. Holds the password: never log it.</summary>
internal sealed record ModuleAccount(string OwnerRole, string RuntimeRole, string Password)
{
    public override string ToString() => RuntimeRole;
}

/// <summary>Keeps <see cref="ModuleAccount"/>s, in the platform's database.</summary>
internal sealed class ModuleAccounts(NpgsqlDataSource platform)
{
    private const int PasswordLength = 40;

    /// <summary>Null where the module never had tables there.</summary>
    public async Task<ModuleAccount?> Find(string module, string place, CancellationToken cancellation)
    {
        await using var connection = await platform.OpenConnectionAsync(cancellation);
        return await connection.QuerySingleOrDefaultAsync<ModuleAccount>(new CommandDefinition(
            """
            SELECT owner_role AS "OwnerRole", runtime_role AS "RuntimeRole", password AS "Password"
            FROM module_databases WHERE module = @module AND place = @place
            """,
            new { module, place }, cancellationToken: cancellation));
    }

    /// <summary>The one that is kept: of several silos that start together, the first one's.</summary>
    public async Task<ModuleAccount> FindOrMake(string module, ModulePlace place, CancellationToken cancellation)
    {
        await using (var connection = await platform.OpenConnectionAsync(cancellation))
        {
            await connection.ExecuteAsync(new CommandDefinition(
                """
                INSERT INTO module_databases (module, place, owner_role, runtime_role, password)
                VALUES (@module, @Id, @owner, @runtime, @password)
                ON CONFLICT DO NOTHING
                """,
                new
                {
                    module,
                    place.Id,
                    owner = RoleNames.Owner(place.Database, module),
                    runtime = RoleNames.Runtime(place.Database, module),
                    // Letters and digits: they need no quoting anywhere.
                    password = RandomNumberGenerator.GetString("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", PasswordLength),
                },
                cancellationToken: cancellation));
        }
        return (await Find(module, place.Id, cancellation))!;
    }
}
