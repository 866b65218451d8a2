using Buildify.Idempotency;
using Buildify.Modules;
using Buildify.Validation;

namespace Buildify.Tenants;

/// <summary>A customer of the platform (<see cref="GrainKeys.Tenant"/>): its name, its state, and the tenant's tier of each module.</summary>
[Alias("buildify.tenant")]
public interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Fails with <see cref="FailureCodes.Invalid"/> or <see cref="FailureCodes.AlreadyExists"/>.</summary>
    [Alias("Create")]
    Task<Outcome<Tenant>> Create(NewTenant tenant, Caller caller, IdempotencyStamp? stamp);

    /// <summary>Null where there is no such tenant.</summary>
    [Alias("Get"), AlwaysInterleave]
    Task<Tenant?> Get();

    /// <summary>
    /// Whether calls for the tenant are let through; null where there is no such tenant. Asked once by every request, so it is
    /// answered from memory.
    /// </summary>
    [Alias("GetState"), AlwaysInterleave]
    ValueTask<TenantState?> GetState();

    /// <summary>Fails with <see cref="FailureCodes.Invalid"/> or <see cref="FailureCodes.NotFound"/>.</summary>
    [Alias("Change")]
    Task<Outcome<Tenant>> Change(TenantChange change, Caller caller);

    /// <summary>The tenant's tier of one module; <see cref="FailureCodes.NotFound"/> where it never was turned on.</summary>
    [Alias("GetModule"), AlwaysInterleave]
    Task<Outcome<ModuleTier>> GetModule(string module);

    /// <summary>
    /// Writes the tenant's tier of a module, turned on or off, and returns when every company of the tenant answers by it.
    /// Called by <see cref="IInstallationGrain"/>, which has checked dependencies; this checks the configuration and the version.
    /// </summary>
    [Alias("SetModule")]
    Task<Outcome<ModuleTier>> SetModule(TierChange change, Caller caller);

    /// <summary>Forgets the tenant's tier of a module that is off.</summary>
    [Alias("RemoveModule")]
    Task<Outcome<ModuleTier>> RemoveModule(string module, Caller caller);

    /// <summary>
    /// What a company needs of its tenant to answer from memory. From then on the tenant tells the company of every change,
    /// before the change is answered.
    /// </summary>
    [Alias("Follow"), AlwaysInterleave]
    Task<TenantView?> Follow(string company);

    /// <summary>A module's manifest changed; returns when every company of the tenant answers by it.</summary>
    [Alias("ModuleChanged")]
    Task ModuleChanged(string module);

    /// <summary>
    /// Writes down to which version a module's hooks brought the tenant's data, or why they could not; returns when every company
    /// answers by it.
    /// </summary>
    /// <param name="dataVersion">Null leaves it as it is.</param>
    /// <param name="problem">Closes the module for the tenant; null opens it.</param>
    [Alias("SetModuleData")]
    Task SetModuleData(string module, string? dataVersion, string? problem);
}

public enum TenantState
{
    Active,

    /// <summary>No call for the tenant is let through; its data stays.</summary>
    Suspended,
}

[GenerateSerializer, Immutable, Alias("buildify.tenant-read")]
public sealed record Tenant(
    [property: Id(0)] string Id,
    [property: Id(1)] string DisplayName,
    [property: Id(2)] string? OwnerEmail,
    [property: Id(3)] TenantState State,
    [property: Id(4)] DateTimeOffset CreatedAt);

/// <param name="Id">A <see cref="Slug"/>.</param>
/// <param name="DisplayName">A <see cref="DisplayNames">display name</see>.</param>
[GenerateSerializer, Immutable, Alias("buildify.tenant-new")]
public sealed record NewTenant(
    [property: Id(0), SlugRule] string Id, [property: Id(1), DisplayNameRule] string DisplayName, [property: Id(2)] string? OwnerEmail = null);

/// <summary>What is null stays as it is.</summary>
[AtLeastOne]
[GenerateSerializer, Immutable, Alias("buildify.tenant-change")]
public sealed record TenantChange(
    [property: Id(0), DisplayNameRule] string? DisplayName = null,
    [property: Id(1)] string? OwnerEmail = null,
    [property: Id(2)] TenantState? State = null);
