using System.Collections.Immutable;
using Buildify.Companies;
using Buildify.Events.Platform;
using Buildify.Idempotency;
using Buildify.Modules;
using Buildify.Modules.Manifests;
using Buildify.Storage;
using Npgsql;

namespace Buildify.Tenants;

[GrainType("tenant")]
internal sealed class TenantGrain : Grain, ITenantGrain
{
    private readonly Committed<TenantDocument> _tenant;
    private readonly Followers _followers;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, ModuleDefaults> _defaults = new(StringComparer.Ordinal);

    public TenantGrain([PersistentState("tenant")] IPersistentState<TenantDocument> state, NpgsqlDataSource database, TimeProvider time)
    {
        _tenant = new Committed<TenantDocument>(this, state);
        _followers = new Followers(database);
        _time = time;
    }

    private string Id => this.GetPrimaryKeyString()["tenant:".Length..];

    public async Task<Outcome<Tenant>> Create(NewTenant tenant, Caller caller, IdempotencyStamp? stamp)
    {
        if (_tenant.Exists) return new Failure(FailureCodes.AlreadyExists, $"There is a tenant '{Id}' already; choose another id.");
        if (TenantRules.Check(tenant, Id) is { } invalid) return invalid;

        var document = new TenantDocument
        {
            Id = Id,
            DisplayName = DisplayNames.Read(tenant.DisplayName).Name!,
            OwnerEmail = tenant.OwnerEmail,
            State = TenantState.Active,
            CreatedAt = _time.GetUtcNow(),
            Writes = 1,
        };
        var outbox = Outbox.With(Outbox.For(stamp, document.ToTenant()), TenantFacts.Of(before: null, document, caller));
        return await _tenant.Write(document, outbox) is { } failure ? failure : document.ToTenant();
    }

    public Task<Tenant?> Get() => Task.FromResult(_tenant.Exists ? _tenant.Value.ToTenant() : null);

    public ValueTask<TenantState?> GetState() => new(_tenant.Exists ? _tenant.Value.State : null);

    public async Task<Outcome<Tenant>> Change(TenantChange change, Caller caller)
    {
        if (!_tenant.Exists) return NoSuchTenant();
        if (TenantRules.Check(change) is { } invalid) return invalid;

        var current = _tenant.Value;
        var next = current with
        {
            DisplayName = change.DisplayName is { } name ? DisplayNames.Read(name).Name! : current.DisplayName,
            OwnerEmail = change.OwnerEmail ?? current.OwnerEmail,
            State = change.State ?? current.State,
        };
        if (await Write(next, Outbox.With(outbox: null, TenantFacts.Of(current, next, caller))) is { } failure) return failure;
        if (next.State != current.State) await Publish();
        return next.ToTenant();
    }

    public Task<Outcome<ModuleTier>> GetModule(string module)
    {
        Outcome<ModuleTier> tier = !_tenant.Exists ? NoSuchTenant()
            : Tier(module) is { } own ? own.ToTier(module)
            : Failures.NotEnabled(module);
        return Task.FromResult(tier);
    }

    public async Task<Outcome<ModuleTier>> SetModule(TierChange change, Caller caller)
    {
        if (!_tenant.Exists) return NoSuchTenant();

        var current = Tier(change.Module);
        if (change.Operation is null || current?.Operation != change.Operation)
        {
            if (await Decide(change, current, caller) is { } refused) return refused;
        }

        // A repeated step may have died before every company knew; telling them again costs little.
        await Publish();
        return Tier(change.Module)!.ToTier(change.Module);
    }

    public async Task<Outcome<ModuleTier>> RemoveModule(string module, Caller caller)
    {
        if (!_tenant.Exists) return NoSuchTenant();
        if (Tier(module) is not { } tier) return Tiers.Empty(module, "");
        if (tier.Enabled == true) return new Failure(FailureCodes.ModuleEnabled, $"Turn '{module}' off before its data is deleted.");

        var before = tier.ToTier(module);
        var history = Tiers.History(Id, company: null, module, before, after: null, "purged", caller);
        if (await Write(_tenant.Value with { Modules = _tenant.Value.Modules.Remove(module) }, history) is { } failure) return failure;
        await Publish();
        return Tiers.Empty(module, before.Version);
    }

    public async Task<TenantView?> Follow(string company)
    {
        if (!_tenant.Exists) return null;
        _followers.Add(company);
        return await View();
    }

    public async Task ModuleChanged(string module)
    {
        _defaults.Remove(module);
        if (Tier(module) is not { } tier || await Defaults(module) is not { } defaults) return;
        await Write(_tenant.Value with { Modules = _tenant.Value.Modules.SetItem(module, tier with { Version = defaults.Version }) });
        await Publish();
    }

    public async Task SetModuleData(string module, string? dataVersion, string? problem)
    {
        if (Tier(module) is not { } tier) return;
        var next = tier with { DataVersion = dataVersion ?? tier.DataVersion, Problem = problem };
        if (next != tier) await Write(_tenant.Value with { Modules = _tenant.Value.Modules.SetItem(module, next) });
        await Publish();
    }

    /// <summary>Checks a change against the module, the other modules and the present tier, and writes it where all is well.</summary>
    private async Task<Failure?> Decide(TierChange change, TierDocument? current, Caller caller)
    {
        var module = await GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(change.Module)).Get();
        if (module is null) return Failures.NotInstalled(change.Module);
        if (Tiers.CheckRevision(change.IfMatch, current?.ToTier(change.Module)) is { } stale) return stale;

        var enabled = change.Enabled ?? true;
        if ((enabled ? CheckNeeds(module) : await CheckNeeded(change.Module)) is { } needed) return needed;
        var keepsContent = change.KeepContent && current is not null;
        if (enabled && !keepsContent && await TenantTierCheck.Run(GrainFactory, change) is { } invalid) return invalid;

        var next = Tiers.Next(current, change with { Enabled = enabled }, module.Version, _tenant.Value.Writes + 1, _time.GetUtcNow(), caller);
        var action = !enabled ? "disabled" : current?.Enabled == true ? "configured" : "enabled";
        var (before, after) = (current?.ToTier(change.Module), next.ToTier(change.Module));
        var history = Tiers.History(Id, company: null, change.Module, before, after, action, caller);
        var outbox = Outbox.With(history, TierFacts.Of(Id, company: null, before, after, caller));
        return await Write(_tenant.Value with { Modules = _tenant.Value.Modules.SetItem(change.Module, next) }, outbox);
    }

    private Failure? CheckNeeds(Module module)
    {
        var missing = module.DependsOn.Keys.Where(name => name != Manifest.Core && Tier(name)?.Enabled != true).ToList();
        return missing.Count == 0 ? null : new Failure(FailureCodes.DependencyMissing,
            $"'{module.Name}' needs {string.Join(", ", missing)}, which {(missing.Count == 1 ? "is" : "are")} off here; turn on first what it needs.");
    }

    private async Task<Failure?> CheckNeeded(string module)
    {
        var others = _tenant.Value.Modules.Where(tier => tier.Key != module && tier.Value.Enabled == true).Select(tier => tier.Key);
        var manifests = await Task.WhenAll(others.Select(name => GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(name)).Get()));
        var dependents = manifests.Where(other => other?.DependsOn.ContainsKey(module) == true).Select(other => other!.Name).ToList();
        return dependents.Count == 0 ? null : new Failure(FailureCodes.ModuleNeeded,
            $"'{module}' is needed by {string.Join(", ", dependents)}; turn that off first.");
    }

    private Task<Failure?> Write(TenantDocument next, Outbox? outbox = null) =>
        _tenant.Write(next with { Writes = _tenant.Value.Writes + 1 }, outbox);

    /// <summary>Returns when every company that answers from memory answers by the present state.</summary>
    private async Task Publish()
    {
        var view = await View();
        await _followers.Tell(Id, company => GrainFactory.GetGrain<ICompanyGrain>(GrainKeys.Company(Id, company)).TenantChanged(view));
    }

    private async Task<TenantView> View()
    {
        var tenant = _tenant.Value;
        var modules = ImmutableDictionary.CreateBuilder<string, TenantModuleView>(StringComparer.Ordinal);
        foreach (var (name, tier) in tenant.Modules)
        {
            if (await Defaults(name) is { } defaults) modules[name] = new(defaults, tier.ToTier(name));
        }
        return new TenantView(tenant.Writes, tenant.State, modules.ToImmutable());
    }

    private async ValueTask<ModuleDefaults?> Defaults(string module)
    {
        if (_defaults.TryGetValue(module, out var known)) return known;
        var defaults = await GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(module)).GetDefaults();
        if (defaults is not null) _defaults[module] = defaults;
        return defaults;
    }

    private TierDocument? Tier(string module) => _tenant.Value.Modules.GetValueOrDefault(module);

    private Failure NoSuchTenant() => Failure.NotFound($"There is no tenant '{Id}'.");
}
