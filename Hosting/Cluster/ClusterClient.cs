#if ORLEANS
using Buildify.Hosting.Postgres;
#endif
using Microsoft.Extensions.Hosting;

namespace Buildify.Hosting.Cluster;

/// <summary>How a process without grains of its own reaches those of others.</summary>
internal static class ClusterClient
{
    /// <summary>
    /// Joins the cluster as a client, so that <see cref="IGrainFactory"/> can be asked for. The embedded build has nothing to join:
    /// the silo in the same process brings the factory along.
    /// </summary>
    /// <param name="role">As in the name of the process's connections to PostgreSQL.</param>
    public static void AddClusterClient(this IHostApplicationBuilder builder, string role)
    {
        ArgumentException.ThrowIfNullOrEmpty(role);
#if ORLEANS
        builder.Services.AddPostgres(builder.Configuration, role);
        builder.UseOrleansClient(client => client.UseCluster());
#endif
    }
}
