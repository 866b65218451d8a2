using System.Collections.Immutable;
using Buildify.Idempotency;

namespace Buildify.Modules;

/// <summary>A module that is installed in the platform (<see cref="GrainKeys.Module"/>): its manifest and its state.</summary>
[Alias("buildify.module")]
public interface IModuleGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes a manifest that <see cref="IModuleRegistryGrain"/> has checked, or a newer version of it; the same manifest again
    /// changes nothing. Fails with <see cref="FailureCodes.VersionConflict"/>.
    /// </summary>
    [Alias("Register")]
    Task<Outcome<Registration>> Register(JsonText manifest, ModuleSource source, Caller caller, IdempotencyStamp? stamp);

    /// <summary>Whether the module is registered with just this, and works: then registering it again would change nothing.</summary>
    [Alias("Has"), AlwaysInterleave]
    Task<bool> Has(JsonText manifest, ModuleSource source);

    /// <summary>A manifest in this build's folders could not be used: the module is known, and failed.</summary>
    [Alias("Fail")]
    Task Fail(string error);

    /// <summary>Null where no such module is installed.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<Module?> Get();

    /// <summary>The module's own tier; null where it is not installed, or failed.</summary>
    [Alias("GetDefaults"), AlwaysInterleave]
    Task<ModuleDefaults?> GetDefaults();

    /// <summary>Whether the module's code is part of a build, so that its hooks can be run.</summary>
    [Alias("HasCode"), AlwaysInterleave]
    Task<bool> HasCode();

    /// <summary>Checks a configuration against the manifest's JSON Schema and the features' names; empty where all is well.</summary>
    /// <param name="effective">The tiers merged, with the one to be written.</param>
    /// <param name="own">The tier to be written: its features are checked.</param>
    [Alias("Check"), AlwaysInterleave]
    Task<ImmutableArray<FieldError>> Check(JsonText effective, TierChange own);
}

/// <summary>
/// The one door for manifests (key <see cref="GrainKeys.Platform"/>): one registration at a time, so that two that close a cycle
/// between them cannot pass each other.
/// </summary>
[Alias("buildify.module-registry")]
public interface IModuleRegistryGrain : IGrainWithStringKey
{
    /// <summary>
    /// Registers a manifest, or a newer version of it; the same manifest again changes nothing. Fails with
    /// <see cref="FailureCodes.Invalid"/>, naming every field that is wrong, or <see cref="FailureCodes.VersionConflict"/>.
    /// </summary>
    [Alias("Register")]
    Task<Outcome<Registration>> Register(JsonText manifest, ModuleSource source, Caller caller, IdempotencyStamp? stamp);
}

public enum ModuleSource
{
    /// <summary>A folder of this build that is its manifest alone.</summary>
    Folder,

    /// <summary><c>POST /api/v1/modules</c>.</summary>
    Api,

    /// <summary>A folder of this build with code: it has hooks, and a check of its own.</summary>
    Project,
}

public enum ModuleState
{
    Installed,

    /// <summary>Its manifest cannot be used; see the error. No other module is touched by it.</summary>
    Failed,
}

/// <param name="Created">False where the module was known before.</param>
[GenerateSerializer, Immutable, Alias("buildify.registration")]
public sealed record Registration([property: Id(0)] Module Module, [property: Id(1)] bool Created);

/// <param name="DependsOn">Modules it needs, each with a range of versions.</param>
/// <param name="Features">By name, as in the manifest.</param>
/// <param name="Permissions">By name, with what each allows.</param>
/// <param name="Manifest">As it was registered.</param>
/// <param name="Error">Why it failed.</param>
/// <param name="Enabled">Whether it is on for the tenant that asks; null where no tenant asks.</param>
[GenerateSerializer, Immutable, Alias("buildify.module-read")]
public sealed record Module(
    [property: Id(0)] string Name,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string Version,
    [property: Id(3)] string? Description,
    [property: Id(4)] ModuleState State,
    [property: Id(5)] ImmutableSortedDictionary<string, string> DependsOn,
    [property: Id(6)] ImmutableSortedDictionary<string, FeatureRead> Features,
    [property: Id(7)] ImmutableSortedDictionary<string, string> Permissions,
    [property: Id(8)] ModuleBackend Backend,
    [property: Id(9)] JsonText Manifest,
    [property: Id(10)] string? Error,
    [property: Id(11)] bool? Enabled);

[GenerateSerializer, Immutable, Alias("buildify.feature")]
public sealed record FeatureRead([property: Id(0)] bool Default, [property: Id(1)] string? Description);

/// <param name="Type"><c>grains</c> or <c>microservice</c>.</param>
/// <param name="ApiPrefix">As <c>/api/v1/financial</c>.</param>
/// <param name="Address">Of a microservice: where it is reached, as <c>http://warehouse-module:8002</c>.</param>
[GenerateSerializer, Immutable, Alias("buildify.module-backend")]
public sealed record ModuleBackend(
    [property: Id(0)] string Type, [property: Id(1)] string ApiPrefix, [property: Id(2)] string? Address);
