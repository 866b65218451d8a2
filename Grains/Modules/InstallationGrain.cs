using System.Collections.Immutable;
using Buildify.Diagnostics;
using Buildify.Modules.Manifests;
using Buildify.Storage;
using Buildify.Tenants;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Buildify.Modules;

[GrainType("installation")]
internal sealed partial class InstallationGrain : Grain, IInstallationGrain
{
    /// <summary>How long a caller waits for the steps before it is told that they are running.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Committed<InstallationDocument> _installation;
    private readonly NpgsqlDataSource _database;
    private readonly IModuleTables _tables;
    private readonly TimeProvider _time;
    private readonly ILogger<InstallationGrain> _logger;

    // The steps under way in this activation.
    private Task _run = Task.CompletedTask;

    public InstallationGrain(
        [PersistentState("installation")] IPersistentState<InstallationDocument> state, NpgsqlDataSource database, IModuleTables tables,
        TimeProvider time, ILogger<InstallationGrain> logger)
    {
        _installation = new Committed<InstallationDocument>(this, state);
        (_database, _tables, _time, _logger) = (database, tables, time, logger);
    }

    private string Tenant => GrainKeys.TenantOf(this.GetPrimaryKeyString())!;

    private string Module => GrainKeys.Local(this.GetPrimaryKeyString());

    private ITenantGrain TenantGrain => GrainFactory.GetGrain<ITenantGrain>(GrainKeys.Tenant(Tenant));

    public async Task<Outcome<InstallationResult>> TurnOn(TierChange change, Caller caller)
    {
        if (IsRunning) return Running();

        var module = await GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(Module)).Get();
        if (module is null) return Failures.NotInstalled(Module);
        if (module.State == ModuleState.Failed) return Failures.Failed(Module);
        var (order, problems) = Dependencies.Plan(Module, await ModuleGraph.Load(_database));
        if (!problems.IsEmpty) return new Failure(FailureCodes.DependencyMissing, $"{string.Join("; ", problems)}. Install what is missing first.");

        var off = await Off(order);
        if (off.Count == 0) return await Configure(change, caller);

        // The steps check all this again; here it refuses before anything was turned on.
        var current = (await TenantGrain.GetModule(Module)).Value;
        if (Tiers.CheckRevision(change.IfMatch, current) is { } stale) return stale;
        if (await TenantTierCheck.Run(GrainFactory, change) is { } invalid) return invalid;

        return await Start("enable", (await EnableSteps(off)).ToImmutable(), change, caller);
    }

    public async Task<Outcome<InstallationResult>> TurnOff(string? ifMatch, Caller caller)
    {
        if (IsRunning) return Running();

        var tier = await TenantGrain.GetModule(Module);
        if (!tier.Succeeded) return tier.Failure;
        if (Tiers.CheckRevision(ifMatch, tier.Value) is { } stale) return stale;
        if (!tier.Value.Enabled) return WithoutSteps("disable", tier.Value);

        var change = new TierChange(Module, Enabled: false, JsonText.EmptyObject, [], [], ifMatch);
        ImmutableArray<StepDocument> steps = [InstallationSteps.Waiting(InstallationSteps.Disable, Module)];
        if (await HasCode(Module)) steps = steps.Add(InstallationSteps.Waiting(InstallationSteps.RunOnDisabled, Module));
        return await Start("disable", steps, change, caller);
    }

    public async Task Upgrade(Caller caller)
    {
        if (IsRunning) return;
        var defaults = await GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(Module)).GetDefaults();
        var tier = (await TenantGrain.GetModule(Module)).Value;
        if (defaults is null || tier is not { Enabled: true, Problem: null } || !DataVersion.IsOlder(tier.DataVersion, defaults.Version)) return;

        // A newer version may need modules that the one before did not.
        var (order, problems) = Dependencies.Plan(Module, await ModuleGraph.Load(_database));
        var needed = problems.IsEmpty ? order.Where(name => name != Module) : [];
        var steps = await EnableSteps(await Off(needed));
        steps.Add(InstallationSteps.Waiting(InstallationSteps.RunOnUpgraded, Module));
        steps.Add(InstallationSteps.Waiting(InstallationSteps.MarkUpgraded, Module));
        await Start("upgrade", steps.ToImmutable(), change: null, caller);
    }

    public Task<Installation?> Get() => Task.FromResult(_installation.Exists ? _installation.Value.ToInstallation() : null);

    public async Task<Outcome<InstallationResult>> Retry(Caller caller)
    {
        if (IsRunning) return Running();
        if (_installation.Value.State != InstallationState.Failed)
        {
            return new Failure(FailureCodes.NothingToRetry, $"The last steps of '{Module}' did not fail.");
        }
        var again = _installation.Value with
        {
            State = InstallationState.Running,
            Steps = [.. _installation.Value.Steps.Select(step => step.State == StepState.Done ? step : step with { State = StepState.Waiting, Error = null })],
            FinishedAt = null,
            Error = null,
            Failure = null,
        };
        return await Start(again);
    }

    public Task Resume()
    {
        if (IsRunning && _run.IsCompleted) _run = Run();
        return Task.CompletedTask;
    }

    public async Task<Outcome<InstallationResult>> Purge(string confirm, Caller caller)
    {
        if (confirm != Module) return Failure.Invalid(new FieldError("confirm", $"must be the module's name, '{Module}'"));
        if (IsRunning) return Running();

        var tier = await TenantGrain.GetModule(Module);
        if (!tier.Succeeded) return tier.Failure;
        if (tier.Value.Enabled) return new Failure(FailureCodes.ModuleEnabled, $"Turn '{Module}' off before its data is deleted.");

        return await Start("purge",
            [
                InstallationSteps.Waiting(InstallationSteps.ForgetData, Module), InstallationSteps.Waiting(InstallationSteps.ForgetCompanies, Module),
                InstallationSteps.Waiting(InstallationSteps.ForgetTenant, Module),
            ],
            change: null, caller);
    }

    private async Task<List<string>> Off(IEnumerable<string> modules)
    {
        var off = new List<string>();
        foreach (var name in modules)
        {
            if ((await TenantGrain.GetModule(name)).Value is not { Enabled: true }) off.Add(name);
        }
        return off;
    }

    /// <summary>What is turned on is ready: a module's own hook runs before the switch.</summary>
    private async Task<ImmutableArray<StepDocument>.Builder> EnableSteps(IEnumerable<string> modules)
    {
        var steps = ImmutableArray.CreateBuilder<StepDocument>();
        foreach (var name in modules)
        {
            var hasCode = await HasCode(name);
            var missed = hasCode && await IsBehind(name);
            if (missed) steps.Add(InstallationSteps.Waiting(InstallationSteps.RunOnUpgraded, name));
            if (hasCode) steps.Add(InstallationSteps.Waiting(InstallationSteps.RunOnEnabled, name));
            steps.Add(InstallationSteps.Waiting(name == Module ? InstallationSteps.Enable : InstallationSteps.EnableDependency, name));
            if (missed) steps.Add(InstallationSteps.Waiting(InstallationSteps.MarkUpgraded, name));
        }
        return steps;
    }

    /// <summary>Whether the module was upgraded while it was off here, and its data stayed.</summary>
    private async Task<bool> IsBehind(string module) =>
        (await TenantGrain.GetModule(module)).Value?.DataVersion is { } data
        && await GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(module)).GetDefaults() is { } defaults
        && DataVersion.IsOlder(data, defaults.Version);

    private Task<bool> HasCode(string module) => GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(module)).HasCode();

    private bool IsRunning => _installation.Exists && _installation.Value.State == InstallationState.Running;

    /// <summary>The module is on, and all it needs: only the tenant's tier is written, and no steps.</summary>
    private async Task<Outcome<InstallationResult>> Configure(TierChange change, Caller caller)
    {
        var tier = await TenantGrain.SetModule(change, caller);
        return tier.Succeeded ? WithoutSteps("configure", tier.Value) : tier.Failure;
    }

    // Not with the last steps: those may have failed, and this did not.
    private InstallationResult WithoutSteps(string action, ModuleTier tier)
    {
        var now = _time.GetUtcNow();
        var done = new Installation(Module, Operation: "", action, InstallationState.Done, Steps: [], Progress: 1, now, now, Error: null);
        return new InstallationResult(done, tier);
    }

    private Task<Outcome<InstallationResult>> Start(string action, ImmutableArray<StepDocument> steps, TierChange? change, Caller caller) =>
        Start(new InstallationDocument
        {
            Tenant = Tenant,
            Module = Module,
            Operation = Guid.NewGuid().ToString("N"),
            Action = action,
            State = InstallationState.Running,
            Steps = steps,
            Change = change,
            Caller = caller,
            StartedAt = _time.GetUtcNow(),
        });

    private async Task<Outcome<InstallationResult>> Start(InstallationDocument installation)
    {
        await _installation.Write(installation);
        _run = Run();
        await Task.WhenAny(_run, Task.Delay(Patience, _time));
        if (_run.IsCompleted) await _run;
        return _installation.Value.Failure is { } failure ? failure : await Result();
    }

    /// <summary>
    /// Runs the steps that are not done. A refusal or an error of a step is written down; where PostgreSQL is away nothing can be,
    /// and the installation stays running until <see cref="Resume"/>.
    /// </summary>
    private async Task Run()
    {
        DelayDeactivation(TimeSpan.FromMinutes(10));
        var steps = new InstallationSteps(GrainFactory, _database, _tables);
        for (var i = 0; i < _installation.Value.Steps.Length; i++)
        {
            var step = _installation.Value.Steps[i];
            if (step.State == StepState.Done) continue;
            try
            {
                if (await steps.Run(step, _installation.Value) is { } failure)
                {
                    await Fail(i, failure.Detail, failure);
                    return;
                }
            }
            catch (Exception error)
            {
                Log.StepFailed(_logger, step.Name, Tenant, error);
                await Fail(i, error.Message, failure: null);
                return;
            }
            await Failpoints.Reach(Failpoints.AfterStep, step.Name);
            await Finish(i);
        }
    }

    private async Task Finish(int i)
    {
        var installation = _installation.Value;
        var last = i == installation.Steps.Length - 1;
        await _installation.Write(installation with
        {
            Steps = installation.Steps.SetItem(i, installation.Steps[i] with { State = StepState.Done, Error = null }),
            State = last ? InstallationState.Done : InstallationState.Running,
            FinishedAt = last ? _time.GetUtcNow() : null,
        });
    }

    private async Task Fail(int i, string error, Failure? failure) => await _installation.Write(_installation.Value with
    {
        Steps = _installation.Value.Steps.SetItem(i, _installation.Value.Steps[i] with { State = StepState.Failed, Error = error }),
        State = InstallationState.Failed,
        FinishedAt = _time.GetUtcNow(),
        Error = error,
        Failure = failure,
    });

    private async Task<InstallationResult> Result() =>
        new(_installation.Value.ToInstallation(), (await TenantGrain.GetModule(Module)).Value);

    private Failure Running() => new(FailureCodes.InstallationRunning,
        $"The steps of '{Module}' are running; GET /api/v1/tenant-modules/{Module}/installation shows how far they are.");

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "Step {Step} of an installation failed for tenant {Tenant}")]
        public static partial void StepFailed(ILogger logger, string step, string tenant, Exception error);
    }
}
