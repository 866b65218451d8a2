using System.Security.Cryptography;
using System.Text;

namespace Buildify.Events;

/// <summary>Where a tenant's events are.</summary>
public static class EventPlacement
{
    /// <summary>Partitions of the log, for ever: positions are counted in each.</summary>
    public const int Partitions = 16;

    /// <summary>0 to 15; <c>event_partition</c> in SQL counts the same.</summary>
    public static int Of(string tenant) => SHA256.HashData(Encoding.UTF8.GetBytes(tenant))[0] % Partitions;
}

/// <summary>The log as streams: <c>GetStreamProvider("events").GetStream&lt;LoggedEvent&gt;("events", "tenant:acme")</c>, to read from.</summary>
public static class EventStreams
{
    /// <summary>The provider's name.</summary>
    public const string Provider = "events";

    /// <summary>The streams' namespace; a stream's key is that of the tenant's grain (<see cref="GrainKeys.Tenant"/>).</summary>
    public const string Namespace = "events";
}
