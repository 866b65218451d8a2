using System.Collections.Immutable;

namespace Buildify.Flags;

/// <summary>A feature flag (<see cref="GrainKeys.Flag"/>): whether something is on, and for whom.</summary>
[Alias("buildify.flag")]
public interface IFlagGrain : IGrainWithStringKey
{
    /// <summary>Null where there is no such flag.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<Flag?> Get();

    /// <summary>Whether the flag is on; answered from memory. A flag that is not there is off.</summary>
    /// <param name="company">The company's slug; null where the question is about the tenant.</param>
    [Alias("StateFor"), AlwaysInterleave]
    ValueTask<FlagState> StateFor(string tenant, string? company);

    /// <summary>Makes the flag, or replaces it whole. Fails with <see cref="FailureCodes.Invalid"/> or <see cref="FailureCodes.Stale"/>.</summary>
    /// <param name="ifMatch">The revision that must be the present one; <c>*</c> for any that exists; null for no check.</param>
    [Alias("Set")]
    Task<Outcome<Flag>> Set(FlagChange change, string? ifMatch, Caller caller);

    /// <summary>From then on it is off for all. Fails with <see cref="FailureCodes.NotFound"/> or <see cref="FailureCodes.Stale"/>.</summary>
    /// <param name="ifMatch">As in <see cref="Set"/>.</param>
    [Alias("Remove")]
    Task<Outcome<Flag>> Remove(string? ifMatch, Caller caller);
}

/// <summary>What a percentage is a part of.</summary>
public enum FlagUnit
{
    Tenants,

    /// <summary>A tenant's companies may differ; a question without a company is decided by the tenant.</summary>
    Companies,
}

/// <summary>Why a flag is on or off.</summary>
public enum FlagReason
{
    /// <summary>There is no such flag.</summary>
    Unknown,

    /// <summary>It is off for all.</summary>
    Disabled,

    /// <summary>The tenant is named.</summary>
    Tenant,

    /// <summary>The company is named.</summary>
    Company,

    /// <summary>It is within the percentage.</summary>
    Percentage,

    /// <summary>It is not named, and not within the percentage.</summary>
    NotTargeted,
}

[GenerateSerializer, Immutable, Alias("buildify.flag-state")]
public sealed record FlagState([property: Id(0)] string Flag, [property: Id(1)] bool On, [property: Id(2)] FlagReason Reason);

/// <param name="Enabled">False: off for all, whoever is named.</param>
/// <param name="Percentage">0 to 100; null for 100 where nobody is named, else for 0.</param>
/// <param name="PercentageOf">By default of tenants.</param>
/// <param name="Tenants">Ids of tenants for which it is on whatever the percentage is.</param>
/// <param name="Companies">The same of companies by their full names, as <c>acme/berlin</c>.</param>
/// <param name="Description">At most 500 characters.</param>
[GenerateSerializer, Immutable, Alias("buildify.flag-change")]
public sealed record FlagChange(
    [property: Id(0)] bool Enabled,
    [property: Id(1)] int? Percentage = null,
    [property: Id(2)] FlagUnit? PercentageOf = null,
    [property: Id(3)] ImmutableArray<string>? Tenants = null,
    [property: Id(4)] ImmutableArray<string>? Companies = null,
    [property: Id(5)] string? Description = null)
{
    /// <summary>How many tenants, and how many companies, one flag may name.</summary>
    public const int MaxNames = 1000;
}

/// <param name="Name">A <see cref="Slug"/>.</param>
/// <param name="Revision">The strong entity tag, without quotes; it changes with every write.</param>
[GenerateSerializer, Immutable, Alias("buildify.flag-read")]
public sealed record Flag(
    [property: Id(0)] string Name,
    [property: Id(1)] bool Enabled,
    [property: Id(2)] int Percentage,
    [property: Id(3)] FlagUnit PercentageOf,
    [property: Id(4)] ImmutableArray<string> Tenants,
    [property: Id(5)] ImmutableArray<string> Companies,
    [property: Id(6)] string? Description,
    [property: Id(7)] string Revision,
    [property: Id(8)] DateTimeOffset UpdatedAt,
    [property: Id(9)] string UpdatedBy);
