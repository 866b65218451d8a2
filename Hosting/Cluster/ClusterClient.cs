using Microsoft.AspNetCore.Builder;

namespace Buildify.Hosting.Cluster;

/// <summary>How a process without grains of its own reaches those of others.</summary>
internal static class ClusterClient
{
    /// <summary>
    /// Joins the cluster as a client, so that <c>IGrainFactory</c> can be asked for. The embedded build has nothing to join: the
    /// silo in the same process brings the factory along.
    /// </summary>
    public static void AddClusterClient(this WebApplicationBuilder builder) => ArgumentNullException.ThrowIfNull(builder);
}
