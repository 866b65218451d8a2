using System.Collections.Immutable;
using Buildify.Modules;

namespace Buildify.Tenants;

/// <summary>What a company keeps of its tenant.</summary>
/// <param name="Order">Grows with every change; a view with a lower one is older and is dropped.</param>
/// <param name="Modules">Each module that was ever turned on, by name.</param>
[GenerateSerializer, Immutable, Alias("buildify.tenant-view")]
public sealed record TenantView(
    [property: Id(0)] long Order,
    [property: Id(1)] TenantState State,
    [property: Id(2)] ImmutableDictionary<string, TenantModuleView> Modules);

/// <param name="Defaults">The module's own tier, out of its manifest.</param>
/// <param name="Tier">The tenant's tier.</param>
[GenerateSerializer, Immutable, Alias("buildify.tenant-module-view")]
public sealed record TenantModuleView([property: Id(0)] ModuleDefaults Defaults, [property: Id(1)] ModuleTier Tier);
