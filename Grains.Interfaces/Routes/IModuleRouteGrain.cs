using System.Collections.Immutable;

namespace Buildify.Routes;

/// <summary>
/// Where a module's traffic goes (<see cref="GrainKeys.ModuleRoute"/>). Without a rule all of it goes home: to the grains, or to the
/// address in the module's manifest.
/// </summary>
[Alias("buildify.module-route")]
public interface IModuleRouteGrain : IGrainWithStringKey
{
    /// <summary>The rule that holds; null where there is none. Asked by every request of the module, so it is answered from memory.</summary>
    [Alias("GetRule"), AlwaysInterleave]
    ValueTask<RouteRule?> GetRule();

    /// <summary>Fails with <see cref="FailureCodes.NotFound"/> where no such module is installed.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<Outcome<ModuleRoute>> Get();

    /// <summary>
    /// Replaces the rule; the same rule again changes nothing. Fails with <see cref="FailureCodes.Invalid"/>,
    /// <see cref="FailureCodes.NotFound"/> or <see cref="FailureCodes.Stale"/>.
    /// </summary>
    /// <param name="ifMatch">The revision that must be the present one; <c>*</c> for any that exists; null for no check.</param>
    [Alias("Set")]
    Task<Outcome<ModuleRoute>> Set(RouteRule rule, string? ifMatch, Caller caller);

    /// <summary>Takes the rule away. Fails with <see cref="FailureCodes.NotFound"/> or <see cref="FailureCodes.Stale"/>.</summary>
    /// <param name="ifMatch">As in <see cref="Set"/>.</param>
    [Alias("Remove")]
    Task<Outcome<ModuleRoute>> Remove(string? ifMatch, Caller caller);

    /// <summary>
    /// What held before holds again, and what holds now is what was before: rolling back twice changes nothing. Fails with
    /// <see cref="FailureCodes.NothingToRollBack"/> where nothing was ever changed, or as <see cref="Remove"/>.
    /// </summary>
    /// <param name="ifMatch">As in <see cref="Set"/>.</param>
    [Alias("Rollback")]
    Task<Outcome<ModuleRoute>> Rollback(string? ifMatch, Caller caller);
}

public enum RouteDestination
{
    /// <summary>A backend of its own, at an address.</summary>
    Backend,

    /// <summary>The routes of the gateway's own process, and the grains behind them.</summary>
    Grains,
}

/// <summary>A part of a module's traffic, and where it goes; the rest goes home.</summary>
/// <param name="Address">Of a backend; null for the one in the module's manifest.</param>
/// <param name="Percentage">Of the tenants, 0 to 100; which ones is settled by a hash, so that a higher percentage only adds some.</param>
/// <param name="Tenants">Ids of tenants that go there whatever the percentage is.</param>
[GenerateSerializer, Immutable, Alias("buildify.route-rule")]
public sealed record RouteRule(
    [property: Id(0)] RouteDestination To,
    [property: Id(1)] string? Address,
    [property: Id(2)] int Percentage,
    [property: Id(3)] ImmutableArray<string> Tenants)
{
    /// <summary>How many tenants one rule may name.</summary>
    public const int MaxTenants = 1000;

    /// <summary>Whether the tenant's requests go there.</summary>
    public bool Takes(string module, string tenant) =>
        Targeting.Decide(new Target(Percentage, Tenants, []), $"route:{module}", tenant, company: null) != TargetReason.None;

    /// <summary>By what they say: an array compares by reference.</summary>
    public bool Equals(RouteRule? other) =>
        other is not null && (To, Address, Percentage) == (other.To, other.Address, other.Percentage) && Tenants.SequenceEqual(other.Tenants, StringComparer.Ordinal);

    public override int GetHashCode() => HashCode.Combine(To, Address, Percentage, Tenants.Length);
}

/// <param name="Home">Where all goes that no rule sends elsewhere.</param>
/// <param name="Rule">Null where all goes home.</param>
/// <param name="Previous">The rule before this one; null where before all went home, or nothing was ever changed.</param>
/// <param name="Revision">The strong entity tag, without quotes; it changes with every write.</param>
[GenerateSerializer, Immutable, Alias("buildify.module-route-read")]
public sealed record ModuleRoute(
    [property: Id(0)] string Module,
    [property: Id(1)] RouteHome Home,
    [property: Id(2)] RouteRule? Rule,
    [property: Id(3)] RouteRule? Previous,
    [property: Id(4)] string Revision,
    [property: Id(5)] DateTimeOffset? UpdatedAt,
    [property: Id(6)] string? UpdatedBy);

/// <param name="Address">Of a backend; null for the grains.</param>
[GenerateSerializer, Immutable, Alias("buildify.route-home")]
public sealed record RouteHome([property: Id(0)] RouteDestination To, [property: Id(1)] string? Address);
