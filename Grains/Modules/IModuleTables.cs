using Npgsql;

namespace Buildify.Modules;

/// <summary>The modules' tables as the platform sees them; the silo brings it.</summary>
internal interface IModuleTables
{
    /// <summary>The database that has the module's tables, with the platform's own rights.</summary>
    NpgsqlDataSource Database(string module);

    /// <summary>Deletes a tenant's rows from every table of the module, in one transaction; returns how many.</summary>
    Task<long> PurgeTenant(string module, string tenant, CancellationToken cancellation = default);
}
