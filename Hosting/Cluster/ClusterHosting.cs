#if ORLEANS
using Buildify.Hosting.Postgres;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;
#endif
using Orleans.Configuration;

namespace Buildify.Hosting.Cluster;

/// <summary>How a process joins the cluster. On the embedded build the process is the cluster.</summary>
public static class ClusterHosting
{
    /// <summary>In the key of every row that a grain stores; it never changes.</summary>
    public const string ServiceId = "buildify";

    /// <summary>
    /// A silo whose members find each other in PostgreSQL. <c>Cluster__Address</c> is where the others reach it (default: loopback),
    /// <c>Cluster__SiloPort</c> (11111) and <c>Cluster__GatewayPort</c> (30000) where it listens.
    /// </summary>
    /// <param name="role"><c>silo</c> or <c>worker</c>; the silo's name begins with it.</param>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, string role)
    {
        silo.Configure<ClusterOptions>(Name);
        silo.Configure<SiloOptions>(options => options.SiloName = $"{role}-{Environment.MachineName}-{Environment.ProcessId}");
#if ORLEANS
        silo.UseAdoNetClustering(clustering => clustering.Configure<IOptions<PostgresOptions>>((options, postgres) =>
            (options.Invariant, options.ConnectionString) = ("Npgsql", postgres.Value.ConnectionString)));
        silo.ConfigureEndpoints(
            ClusterAddress.Read(silo.Configuration["Cluster:Address"]),
            silo.Configuration.GetValue("Cluster:SiloPort", 11111),
            silo.Configuration.GetValue("Cluster:GatewayPort", 30000));
        silo.AddDashboard();
#endif
        return silo;
    }

#if ORLEANS
    /// <summary>A process that calls grains and hosts none.</summary>
    public static IClientBuilder UseCluster(this IClientBuilder client)
    {
        client.Configure<ClusterOptions>(Name);
        client.UseAdoNetClustering(clustering => clustering.Configure<IOptions<PostgresOptions>>((options, postgres) =>
            (options.Invariant, options.ConnectionString) = ("Npgsql", postgres.Value.ConnectionString)));
        return client;
    }
#endif

    private static void Name(ClusterOptions options) => (options.ClusterId, options.ServiceId) = (ServiceId, ServiceId);
}
