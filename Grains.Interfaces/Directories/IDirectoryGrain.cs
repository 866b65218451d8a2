using System.Collections.Immutable;
using Buildify.Companies;
using Buildify.Flags;
using Buildify.Modules;
using Buildify.Tenants;

namespace Buildify.Directories;

/// <summary>
/// The platform's lists (key <see cref="GrainKeys.Platform"/>): queries over what the grains stored. Every write that was
/// answered is in them. A cursor that is none is <see cref="FailureCodes.Invalid"/>.
/// </summary>
[Alias("buildify.directory")]
public interface IDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Tenants by id.</summary>
    [Alias("Tenants")]
    Task<Outcome<Page<Tenant>>> Tenants(PageRequest page);

    /// <summary>The modules that are installed, by name; <see cref="Module.Enabled"/> is null.</summary>
    [Alias("Modules")]
    Task<Outcome<Page<Module>>> Modules(PageRequest page);

    /// <summary>The paths of all modules, failed ones too; a few dozen.</summary>
    [Alias("ModulePrefixes")]
    Task<ImmutableArray<ModulePrefix>> ModulePrefixes();

    /// <summary>Feature flags by name.</summary>
    [Alias("Flags")]
    Task<Outcome<Page<Flag>>> Flags(PageRequest page);
}

/// <summary>A tenant's lists (key <see cref="GrainKeys.Tenant"/>).</summary>
[Alias("buildify.tenant-directory")]
public interface ITenantDirectoryGrain : IGrainWithStringKey
{
    /// <summary>The tenant's companies by id.</summary>
    [Alias("Companies")]
    Task<Outcome<Page<Company>>> Companies(PageRequest page);

    /// <summary>The modules that are installed, by name, each with whether it is on for the tenant.</summary>
    [Alias("Modules")]
    Task<Outcome<Page<Module>>> Modules(PageRequest page);

    /// <summary>Each change of a module's configuration, the newest first.</summary>
    /// <param name="company">Null for the tenant's own tier.</param>
    [Alias("History")]
    Task<Outcome<Page<ConfigurationChange>>> History(string? company, string module, PageRequest page);
}

/// <param name="Action"><c>enabled</c>, <c>configured</c>, <c>disabled</c>, <c>removed</c> or <c>purged</c>.</param>
/// <param name="Actor">Who did it.</param>
/// <param name="Before">The tier before; null where there was none.</param>
/// <param name="After">The tier after; null where there is none.</param>
[GenerateSerializer, Immutable, Alias("buildify.configuration-change")]
public sealed record ConfigurationChange(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1)] string Action,
    [property: Id(2)] string Actor,
    [property: Id(3)] string CorrelationId,
    [property: Id(4)] JsonText? Before,
    [property: Id(5)] JsonText? After);
