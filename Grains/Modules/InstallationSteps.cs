using Buildify.Companies;
using Buildify.Modules.Configuration;
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
    public const string RunOnEnabled = "run-on-enabled";
    public const string RunOnDisabled = "run-on-disabled";
    public const string RunOnUpgraded = "run-on-upgraded";
    public const string MarkUpgraded = "mark-upgraded";
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
            RunOnEnabled => await RunHook(step, installation, (hooks, call) => hooks.Enabled(call)),
            RunOnDisabled => await RunHook(step, installation, (hooks, call) => hooks.Disabled(call)),
            RunOnUpgraded => await RunUpgrade(step, installation, tenant),
            MarkUpgraded => await Mark(step, tenant),
            EnableDependency => (await tenant.SetModule(Switch(step, installation, on: true), installation.Caller)).Failure,
            Enable => (await tenant.SetModule(installation.Change! with { Operation = installation.Operation }, installation.Caller)).Failure,
            Disable => (await tenant.SetModule(Switch(step, installation, on: false), installation.Caller)).Failure,
            ForgetData => await ForgetRows(step.Target, installation),
            ForgetCompanies => await ForgetInCompanies(step.Target, installation),
            ForgetTenant => (await tenant.RemoveModule(step.Target, installation.Caller)).Failure,
            _ => new Failure(FailureCodes.ModuleFailed, $"This version of the platform knows no step '{step.Kind}'; run the version that wrote it."),
        };
    }

    // A module whose code is in no build has no hooks to run.
    private async Task<Failure?> RunHook(StepDocument step, InstallationDocument installation, Func<IModuleHooksGrain, HookCall, Task<Failure?>> run)
    {
        var module = grains.GetGrain<IModuleGrain>(GrainKeys.Module(step.Target));
        if (!await module.HasCode()) return null;
        var key = GrainId.Create($"{step.Target}-hooks", GrainKeys.Tenant(installation.Tenant));
        return await run(grains.GetGrain<IModuleHooksGrain>(key), await Call(step, installation, module));
    }

    private async Task<HookCall> Call(StepDocument step, InstallationDocument installation, IModuleGrain module)
    {
        var own = step.Target == installation.Module && installation.Change is { Enabled: not false } change
            ? change.Configuration
            : (await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(installation.Tenant)).GetModule(step.Target)).Value?.Configuration ?? JsonText.EmptyObject;
        var defaults = await module.GetDefaults();
        var (configuration, _) = ConfigurationMerge.Merge(("module", defaults?.Configuration ?? JsonText.EmptyObject), ("tenant", own));
        return new HookCall(installation.Tenant, configuration, installation.Caller);
    }

    // Where it fails the module is closed for this tenant, and opened by the retry that succeeds.
    private async Task<Failure?> RunUpgrade(StepDocument step, InstallationDocument installation, ITenantGrain tenant)
    {
        var from = (await tenant.GetModule(step.Target)).Value?.DataVersion ?? "0.0.0";
        var failure = await RunHook(step, installation, (hooks, call) => hooks.Upgraded(call, from));
        if (failure is not null) await tenant.SetModuleData(step.Target, dataVersion: null, failure.Detail);
        return failure;
    }

    private async Task<Failure?> Mark(StepDocument step, ITenantGrain tenant)
    {
        if (await grains.GetGrain<IModuleGrain>(GrainKeys.Module(step.Target)).GetDefaults() is not { } defaults) return Failures.Failed(step.Target);
        await tenant.SetModuleData(step.Target, defaults.Version, problem: null);
        return null;
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
