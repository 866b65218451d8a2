using System.Collections.Immutable;

namespace Buildify.Health;

/// <summary>What the silos see of the platform (key <see cref="GrainKeys.Platform"/>).</summary>
[Alias("buildify.health")]
public interface IHealthGrain : IGrainWithStringKey
{
    /// <summary>Asks PostgreSQL for an answer; throws nothing, takes 2 seconds at most.</summary>
    [Alias("CheckPostgres")]
    Task<HealthCheck> CheckPostgres();

    /// <summary>Each installed module's state, by name, from what was stored last; one with code is asked itself.</summary>
    [Alias("CheckModules")]
    Task<ImmutableSortedDictionary<string, HealthCheck>> CheckModules();

    /// <summary>Asks a module whose code is part of a build for its own check.</summary>
    [Alias("AskModule")]
    Task<HealthCheck> AskModule(string module);
}

public enum HealthStatus
{
    Healthy,
    Degraded,
    Unhealthy,
}

/// <param name="DurationMs">How long the check took, in milliseconds.</param>
/// <param name="Error">What is wrong, for an operator; with no secret in it.</param>
[GenerateSerializer, Immutable, Alias("buildify.health-check")]
public sealed record HealthCheck(
    [property: Id(0)] HealthStatus Status, [property: Id(1)] double DurationMs, [property: Id(2)] string? Error);
