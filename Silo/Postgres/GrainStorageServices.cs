using Npgsql;
#if !ORLEANS
using Buildify.Hosting.Cluster;
using Orleans.Providers;
using Orleans.Runtime.Hosting;
#endif

namespace Buildify.Silo.Postgres;

/// <summary>Registers where grains keep their state.</summary>
public static class GrainStorageServices
{
    /// <summary>
    /// Makes <c>grain_state</c> the default storage, through Orleans' own ADO.NET provider or ours, with one layout. Wants
    /// <c>AddPostgres</c> and a migrated database.
    /// </summary>
    public static ISiloBuilder AddPostgresGrainStorage(this ISiloBuilder builder)
    {
#if ORLEANS
        return builder.AddAdoNetGrainStorageAsDefault(options => options.Configure<NpgsqlDataSource>((storage, source) =>
        {
            storage.Invariant = "Npgsql";
            storage.DataSource = source;
            storage.GrainStorageSerializer = new OrleansSerializer();
            // A cleared row keeps its version, lest an old activation overwrite what comes after (0001_grain_state.sql).
            storage.DeleteStateOnClear = false;
        }));
#else
        builder.Services.AddGrainStorage(ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME, static (services, _) =>
            new PostgresGrainStorage(services.GetRequiredService<NpgsqlDataSource>(), ClusterHosting.ServiceId));
        return builder;
#endif
    }
}
