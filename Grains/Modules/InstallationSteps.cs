using Buildify.Companies;
using Buildify.Tenants;
using Dapper;
using Npgsql;

namespace Buildify.Modules;

/// <summary>
/// What the steps of an installation do. Each can be run again after a crash: the tenant knows the operation that wrote a tier,
/// and forgetting twice is forgetting once.
/// </summary>
internal sealed class InstallationSteps(IGrainFactory grains, NpgsqlDataSource database, IModuleTables tables)
{
    public const string EnableDependency = "enable-dependency";
    public const string Enable = "enable";
    public const string Disable = "disable";
    public const string ForgetData = "forget-data";
    public const string ForgetCompanies = "forget-companies";
    public const string ForgetTenant = "forget-tenant";

    public static StepDocument Waiting(string kind, string module) => new($"{kind}:{module}", kind, module, StepState.Waiting);

    public async Task<Failure?> Run(StepDocument step, InstallationDocument installation)
    {
        var tenant = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(installation.Tenant));
        return step.Kind switch
        {
            EnableDependency => (await tenant.SetModule(Switch(step, installation, on: true), installation.Caller)).Failure,
            Enable => (await tenant.SetModule(installation.Change! with { Operation = installation.Operation }, installation.Caller)).Failure,
            Disable => (await tenant.SetModule(Switch(step, installation, on: false), installation.Caller)).Failure,
            ForgetData => await ForgetRows(step.Target, installation),
            ForgetCompanies => await ForgetInCompanies(step.Target, installation),
            ForgetTenant => (await tenant.RemoveModule(step.Target, installation.Caller)).Failure,
            _ => new Failure(FailureCodes.ModuleFailed, $"This version of the platform knows no step '{step.Kind}'; run the version that wrote it."),
        };
    }

    private static TierChange Switch(StepDocument step, InstallationDocument installation, bool on) =>
        new(step.Target, on, JsonText.EmptyObject, [], [], on ? null : installation.Change?.IfMatch)
        {
            Operation = installation.Operation,
            KeepContent = true,
        };

    private async Task<Failure?> ForgetRows(string module, InstallationDocument installation)
    {
        await tables.PurgeTenant(module, installation.Tenant);
        return null;
    }

    private async Task<Failure?> ForgetInCompanies(string module, InstallationDocument installation)
    {
        await using var connection = await database.OpenConnectionAsync();
        var companies = await connection.QueryAsync<string>(
            "SELECT company_id FROM company_modules WHERE tenant_id = @Tenant AND module_name = @module", new { installation.Tenant, module });
        foreach (var company in companies)
        {
            var grain = grains.GetGrain<ICompanyGrain>(GrainKeys.Company(installation.Tenant, company));
            if ((await grain.RemoveModule(module, ifMatch: null, installation.Caller)).Failure is { } failure) return failure;
        }
        return null;
    }
}
