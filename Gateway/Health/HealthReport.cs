using System.Collections.Immutable;
using Buildify.Health;

namespace Buildify.Gateway.Health;

/// <summary>The platform's health: each check, and what they come to together.</summary>
/// <param name="Checks">PostgreSQL, the cluster, and each installed module by name.</param>
internal sealed record HealthReport(HealthStatus Status, ImmutableSortedDictionary<string, HealthCheck> Checks)
{
    public const string Postgres = "postgres";
    public const string Cluster = "cluster";

    /// <summary>Without the database or the cluster nothing works; without one module all the others do.</summary>
    public static HealthReport Of(ImmutableSortedDictionary<string, HealthCheck> checks)
    {
        var isDown = checks.Any(check => check.Key is Postgres or Cluster && check.Value.Status == HealthStatus.Unhealthy);
        var isWhole = checks.Values.All(check => check.Status == HealthStatus.Healthy);
        return new(isDown ? HealthStatus.Unhealthy : isWhole ? HealthStatus.Healthy : HealthStatus.Degraded, checks);
    }
}
