using Npgsql;

namespace Buildify.Databases;

/// <summary>Where each module's tables are. The silo brings it; grains take a <see cref="ModuleDatabase"/>.</summary>
public abstract class ModuleDatabases
{
    /// <summary>A pool of connections as the module's runtime role, small and shared by all its grains of this process.</summary>
    /// <exception cref="ModuleUnavailableException">The module has no tables, or they could not be brought to this version.</exception>
    public abstract ValueTask<NpgsqlDataSource> Find(string module, CancellationToken cancellation);
}
