using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Buildify.Modules;

/// <summary>One tier of a module's configuration: a tenant's, or a company's.</summary>
/// <param name="Enabled">Whether the module is on here; for a company, whether this tier leaves it on.</param>
/// <param name="Configuration">An object with this tier's own keys only.</param>
/// <param name="Version">The module's version when the tier was written.</param>
/// <param name="Revision">The strong entity tag, without quotes; it changes with every write.</param>
/// <param name="UpdatedAt">Null where this tier was never written.</param>
[GenerateSerializer, Immutable, Alias("buildify.module-tier")]
public sealed record ModuleTier(
    [property: Id(0)] string Module,
    [property: Id(1)] bool Enabled,
    [property: Id(2)] JsonText Configuration,
    [property: Id(3)] ImmutableArray<string> EnabledFeatures,
    [property: Id(4)] ImmutableArray<string> DisabledFeatures,
    [property: Id(5)] string Version,
    [property: Id(6)] string Revision,
    [property: Id(7)] DateTimeOffset? UpdatedAt,
    [property: Id(8)] string? UpdatedBy)
{
    /// <summary>The version whose hooks ran for the tenant; null where none had to.</summary>
    [Id(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? DataVersion { get; init; }

    /// <summary>Why the module is closed for the tenant though it is on; null where it is not.</summary>
    [Id(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Problem { get; init; }
}

/// <summary>A tier to be written, whole.</summary>
/// <param name="Enabled">False turns the module off; null is as true.</param>
/// <param name="IfMatch">The revision that must be the present one; <c>*</c> for any that exists; null for no check.</param>
[GenerateSerializer, Immutable, Alias("buildify.tier-change")]
public sealed record TierChange(
    [property: Id(0)] string Module,
    [property: Id(1)] bool? Enabled,
    [property: Id(2)] JsonText Configuration,
    [property: Id(3)] ImmutableArray<string> EnabledFeatures,
    [property: Id(4)] ImmutableArray<string> DisabledFeatures,
    [property: Id(5)] string? IfMatch = null)
{
    /// <summary>The steps of one installation carry the same id, so that a step that ran before a crash is not run again.</summary>
    [Id(6)] public string? Operation { get; init; }

    /// <summary>Keep the tier's configuration and features as they are; only <see cref="Enabled"/> is written.</summary>
    [Id(7)] public bool KeepContent { get; init; }
}

/// <summary>A module's own tier.</summary>
/// <param name="Features">Each feature and whether it is on by default.</param>
[GenerateSerializer, Immutable, Alias("buildify.module-defaults")]
public sealed record ModuleDefaults(
    [property: Id(0)] string Module,
    [property: Id(1)] string Version,
    [property: Id(2)] JsonText Configuration,
    [property: Id(3)] ImmutableDictionary<string, bool> Features);

/// <param name="Configuration">The tiers merged.</param>
/// <param name="Provenance">
/// For every value the tier it came from: <c>module</c>, <c>tenant</c> or <c>company</c>. A value inside an object is named by
/// its path with dots (<c>address.city</c>).
/// </param>
/// <param name="Features">Every feature of the module and whether it is on here.</param>
/// <param name="Revision">The strong entity tag, without quotes.</param>
[GenerateSerializer, Immutable, Alias("buildify.effective-configuration")]
public sealed record EffectiveConfiguration(
    [property: Id(0)] JsonText Configuration,
    [property: Id(1)] ImmutableSortedDictionary<string, string> Provenance,
    [property: Id(2)] ImmutableSortedDictionary<string, bool> Features,
    [property: Id(3)] string Version,
    [property: Id(4)] string Revision);
