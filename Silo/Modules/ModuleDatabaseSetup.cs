using Buildify.Modules.Manifests;
using Buildify.Silo.Postgres;
using Npgsql;
using NuGet.Versioning;

namespace Buildify.Silo.Modules;

/// <summary>Brings a module's tables to the version that is here: its database, its roles, its scripts.</summary>
internal sealed class ModuleDatabaseSetup(ModulePlaces places, ModuleAccounts accounts, ModulePools pools, ILogger<Migrator> logger)
{
    /// <summary>
    /// Applies what is new in the folder, under the migrator's lock; does no more than look where nothing is. A module without scripts
    /// gets no roles either. Any number of silos may do this at once.
    /// </summary>
    /// <exception cref="MigrationException">The module cannot be used: a script failed or is refused, or its tables are a newer version's.</exception>
    /// <exception cref="NpgsqlException">Its database is away.</exception>
    public async Task Prepare(string module, SemanticVersion version, ManifestDatabase database, string folder, CancellationToken cancellation)
    {
        try
        {
            if (!Directory.Exists(folder) || MigrationSet.FromFolder(module, folder) is not { Migrations.Count: > 0 } set) return;

            var place = places.Of(module, database.Separate);
            var migrator = new Migrator(place.Administration, logger);
            if (place.IsSeparate)
            {
                await SeparateDatabase.Make(place, cancellation);
                await migrator.ApplyAsync(MigrationSet.Modules, cancellation);
            }
            var account = await accounts.Find(module, place.Id, cancellation) ?? await accounts.FindOrMake(module, place, cancellation);
            await migrator.ApplyAsync(set, new ModuleScripts(module, version, account, database.SchemaPrefix, place.Role), cancellation);
            pools.Open(module, place, account);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            pools.Fail(module, error.Message);
            throw;
        }
    }
}
