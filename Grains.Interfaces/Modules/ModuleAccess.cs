using Buildify.Companies;
using Buildify.Tenants;
using Buildify.Validation;

namespace Buildify.Modules;

/// <summary>The door between modules: what a generated client asks before it calls another module's grain.</summary>
public static class ModuleAccess
{
    /// <summary>Why the call is not let through; null where it is.</summary>
    /// <param name="company">Null for an operation of the tenant.</param>
    /// <param name="input">Checked against its own rules, as the gateway does for calls from outside.</param>
    public static async ValueTask<Failure?> Refuse(IGrainFactory grains, string module, string tenant, string? company, object? input = null)
    {
        ArgumentNullException.ThrowIfNull(grains);
        if (input is not null && InputRules.Check(input) is { IsEmpty: false } errors) return Failure.Invalid(errors);
        if (company is not null) return (await grains.GetGrain<ICompanyGrain>(GrainKeys.Company(tenant, company)).GetConfiguration(module)).Failure;

        var tier = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).GetModule(module);
        if (tier.Failure is { } failure) return failure;
        if (tier.Value!.Problem is { } problem) return new Failure(FailureCodes.ModuleFailed, problem);
        return tier.Value.Enabled ? null : new Failure(
            FailureCodes.ModuleNotEnabled, $"The module '{module}' is off for this tenant; PUT /api/v1/tenant-modules/{module} turns it on.");
    }
}
