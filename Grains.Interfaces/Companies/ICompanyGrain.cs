using Buildify.Idempotency;
using Buildify.Modules;
using Buildify.Tenants;
using Buildify.Validation;

namespace Buildify.Companies;

/// <summary>
/// A legal entity inside a tenant (<see cref="GrainKeys.Company"/>): its name, its customisation of the tenant's modules, and the
/// effective configuration, answered from memory.
/// </summary>
[Alias("buildify.company")]
public interface ICompanyGrain : IGrainWithStringKey
{
    /// <summary>
    /// Fails with <see cref="FailureCodes.Invalid"/>, <see cref="FailureCodes.AlreadyExists"/>,
    /// <see cref="FailureCodes.NotFound"/> (no such tenant) or <see cref="FailureCodes.TenantSuspended"/>.
    /// </summary>
    [Alias("Create")]
    Task<Outcome<Company>> Create(NewCompany company, Caller caller, IdempotencyStamp? stamp);

    [Alias("Get"), AlwaysInterleave]
    Task<Outcome<Company>> Get();

    [Alias("Change")]
    Task<Outcome<Company>> Change(CompanyChange change, Caller caller);

    /// <summary>The company's own tier; with nothing in it where the company holds to the tenant's.</summary>
    [Alias("GetModule"), AlwaysInterleave]
    Task<Outcome<ModuleTier>> GetModule(string module);

    /// <summary>Replaces the company's tier whole.</summary>
    [Alias("SetModule")]
    Task<Outcome<ModuleTier>> SetModule(TierChange change, Caller caller);

    /// <summary>Takes the company's tier away, so that the tenant's holds again.</summary>
    /// <param name="ifMatch">The revision that must be the present one; null for any.</param>
    [Alias("RemoveModule")]
    Task<Outcome<ModuleTier>> RemoveModule(string module, string? ifMatch, Caller caller);

    /// <summary>
    /// The three tiers in one. Fails with <see cref="FailureCodes.ModuleNotEnabled"/> where the module is off for the tenant or
    /// the company.
    /// </summary>
    [Alias("GetConfiguration"), AlwaysInterleave]
    ValueTask<Outcome<EffectiveConfiguration>> GetConfiguration(string module);

    /// <summary>The tenant changed; the next answer is by this view. Answers whether the company keeps it and wants the next one too.</summary>
    [Alias("TenantChanged"), AlwaysInterleave]
    Task<bool> TenantChanged(TenantView view);
}

public enum CompanyState
{
    Active,

    /// <summary>Its modules answer nothing; its data stays.</summary>
    Suspended,
}

/// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
/// <param name="Currency">ISO 4217, upper case.</param>
[GenerateSerializer, Immutable, Alias("buildify.company-read")]
public sealed record Company(
    [property: Id(0)] string Id,
    [property: Id(1)] string Tenant,
    [property: Id(2)] string DisplayName,
    [property: Id(3)] string? Country,
    [property: Id(4)] string? Currency,
    [property: Id(5)] CompanyState State,
    [property: Id(6)] DateTimeOffset CreatedAt);

/// <param name="Country">ISO 3166-1 alpha-2, upper case.</param>
/// <param name="Currency">ISO 4217, upper case.</param>
[GenerateSerializer, Immutable, Alias("buildify.company-new")]
public sealed record NewCompany(
    [property: Id(0), SlugRule] string Id,
    [property: Id(1), DisplayNameRule] string DisplayName,
    [property: Id(2)] string? Country = null,
    [property: Id(3)] string? Currency = null);

/// <summary>What is null stays as it is.</summary>
[AtLeastOne]
[GenerateSerializer, Immutable, Alias("buildify.company-change")]
public sealed record CompanyChange(
    [property: Id(0), DisplayNameRule] string? DisplayName = null,
    [property: Id(1)] string? Country = null,
    [property: Id(2)] string? Currency = null,
    [property: Id(3)] CompanyState? State = null);
