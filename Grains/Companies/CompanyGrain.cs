using Buildify.Events.Platform;
using Buildify.Idempotency;
using Buildify.Modules;
using Buildify.Modules.Configuration;
using Buildify.Storage;
using Buildify.Tenants;

namespace Buildify.Companies;

[GrainType("company")]
internal sealed class CompanyGrain : Grain, ICompanyGrain
{
    private readonly Committed<CompanyDocument> _company;
    private readonly TimeProvider _time;

    // Both are null until somebody asks: most companies that are in memory are only there to be listed or renamed.
    private TenantView? _tenant;
    private Dictionary<string, EffectiveConfiguration>? _effective;

    // How many questions to the tenant are under way: meanwhile what the tenant tells by itself is kept.
    private int _asking;

    public CompanyGrain([PersistentState("company")] IPersistentState<CompanyDocument> state, TimeProvider time)
    {
        _company = new Committed<CompanyDocument>(this, state);
        _time = time;
    }

    private string Tenant => GrainKeys.TenantOf(this.GetPrimaryKeyString())!;

    private string Id => GrainKeys.Local(this.GetPrimaryKeyString());

    public async Task<Outcome<Company>> Create(NewCompany company, Caller caller, IdempotencyStamp? stamp)
    {
        if (_company.Exists) return new Failure(FailureCodes.AlreadyExists, $"There is a company '{Id}' already; choose another id.");
        if (CompanyRules.Check(company, Id) is { } invalid) return invalid;
        if (await CheckTenant() is { } refused) return refused;

        var document = new CompanyDocument
        {
            Id = Id,
            Tenant = Tenant,
            DisplayName = DisplayNames.Read(company.DisplayName).Name!,
            Country = company.Country,
            Currency = company.Currency,
            State = CompanyState.Active,
            CreatedAt = _time.GetUtcNow(),
            Writes = 1,
        };
        var outbox = Outbox.With(Outbox.For(stamp, document.ToCompany()), CompanyFacts.Of(before: null, document, caller));
        return await _company.Write(document, outbox) is { } failure ? failure : document.ToCompany();
    }

    public Task<Outcome<Company>> Get() =>
        Task.FromResult<Outcome<Company>>(_company.Exists ? _company.Value.ToCompany() : NoSuchCompany());

    public async Task<Outcome<Company>> Change(CompanyChange change, Caller caller)
    {
        if (!_company.Exists) return NoSuchCompany();
        if (CompanyRules.Check(change) is { } invalid) return invalid;

        var current = _company.Value;
        var next = current with
        {
            DisplayName = change.DisplayName is { } name ? DisplayNames.Read(name).Name! : current.DisplayName,
            Country = change.Country ?? current.Country,
            Currency = change.Currency ?? current.Currency,
            State = change.State ?? current.State,
        };
        if (await Write(next, Outbox.With(outbox: null, CompanyFacts.Of(current, next, caller))) is { } failure) return failure;
        return next.ToCompany();
    }

    public async Task<Outcome<ModuleTier>> GetModule(string module)
    {
        if (!_company.Exists) return NoSuchCompany();
        if (await TenantModule(module) is not { } inherited) return Failures.NotEnabled(module);
        return Tier(module)?.ToTier(module) ?? Tiers.Empty(module, inherited.Defaults.Version);
    }

    public async Task<Outcome<ModuleTier>> SetModule(TierChange change, Caller caller)
    {
        if (!_company.Exists) return NoSuchCompany();
        if (await TenantModule(change.Module) is not { } inherited) return Failures.NotEnabled(change.Module);

        var current = Tier(change.Module);
        var before = current?.ToTier(change.Module);
        if (Tiers.CheckRevision(change.IfMatch, before ?? Tiers.Empty(change.Module, "")) is { } stale) return stale;
        if (Tiers.CheckShape(change.Configuration) is { } shape) return shape;
        var (effective, _) = ConfigurationMerge.Merge(
            ("module", inherited.Defaults.Configuration), ("tenant", inherited.Tier.Configuration), ("company", change.Configuration));
        var errors = await GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(change.Module)).Check(effective, change);
        if (!errors.IsEmpty) return Failure.Invalid(errors);

        var next = Tiers.Next(current, change, inherited.Defaults.Version, _company.Value.Writes + 1, _time.GetUtcNow(), caller);
        var after = next.ToTier(change.Module);
        var action = change.Enabled == false ? "disabled" : before?.Enabled == false ? "enabled" : "configured";
        var history = Tiers.History(Tenant, Id, change.Module, before, after, action, caller);
        var outbox = Outbox.With(history, TierFacts.Of(Tenant, Id, before, after, caller));
        if (await Write(_company.Value with { Modules = _company.Value.Modules.SetItem(change.Module, next) }, outbox) is { } failure) return failure;
        return after;
    }

    public async Task<Outcome<ModuleTier>> RemoveModule(string module, string? ifMatch, Caller caller)
    {
        if (!_company.Exists) return NoSuchCompany();

        var before = Tier(module)?.ToTier(module);
        if (Tiers.CheckRevision(ifMatch, before ?? Tiers.Empty(module, "")) is { } stale) return stale;
        if (before is null) return Tiers.Empty(module, "");

        var history = Tiers.History(Tenant, Id, module, before, after: null, "removed", caller);
        var after = Tiers.Empty(module, before.Version);
        var outbox = Outbox.With(history, TierFacts.Of(Tenant, Id, before, after, caller));
        if (await Write(_company.Value with { Modules = _company.Value.Modules.Remove(module) }, outbox) is { } failure) return failure;
        return after;
    }

    public ValueTask<Outcome<EffectiveConfiguration>> GetConfiguration(string module) =>
        _effective?.TryGetValue(module, out var known) == true ? new(known) : new(Compute(module));

    public Task<bool> TenantChanged(TenantView view)
    {
        var keeps = _tenant is not null || _asking > 0;
        if (keeps) Adopt(view);
        else DeactivateOnIdle();
        return Task.FromResult(keeps);
    }

    private async Task<Outcome<EffectiveConfiguration>> Compute(string module)
    {
        if (!_company.Exists) return NoSuchCompany();
        if (_company.Value.State == CompanyState.Suspended)
        {
            return new Failure(FailureCodes.CompanySuspended, $"Company '{Id}' is suspended; PATCH its state to active.");
        }
        if (await CheckTenant() is { } refused) return refused;

        // From here on nothing is awaited: what is remembered is by the tiers as they are now.
        var own = Tier(module);
        if (_tenant!.Modules.GetValueOrDefault(module) is not { Tier.Enabled: true } inherited || own?.Enabled == false)
        {
            return Failures.NotEnabled(module);
        }
        if (inherited.Tier.Problem is { } problem) return new Failure(FailureCodes.ModuleFailed, problem);
        var ownTier = own?.ToTier(module) ?? Tiers.Empty(module, inherited.Defaults.Version);
        var (configuration, provenance) = ConfigurationMerge.Merge(
            ("module", inherited.Defaults.Configuration), ("tenant", inherited.Tier.Configuration), ("company", ownTier.Configuration));
        var effective = new EffectiveConfiguration(
            configuration,
            provenance,
            Features.Merge(inherited.Defaults.Features, inherited.Tier, ownTier),
            inherited.Defaults.Version,
            $"{inherited.Defaults.Version}-{inherited.Tier.Revision}-{ownTier.Revision}");
        (_effective ??= new(StringComparer.Ordinal))[module] = effective;
        return effective;
    }

    /// <summary>Null where the tenant lets calls through; makes sure that its view is here.</summary>
    private async ValueTask<Failure?> CheckTenant()
    {
        if (_tenant is null)
        {
            _asking++;
            try
            {
                if (await GrainFactory.GetGrain<ITenantGrain>(GrainKeys.Tenant(Tenant)).Follow(Id) is not { } view)
                {
                    return Failure.NotFound($"There is no tenant '{Tenant}'.");
                }
                Adopt(view);
            }
            finally
            {
                _asking--;
            }
        }
        return _tenant!.State == TenantState.Suspended
            ? new Failure(FailureCodes.TenantSuspended, $"Tenant '{Tenant}' is suspended; a platform administrator can set its state to active.")
            : null;
    }

    /// <summary>The tenant's tier of a module that is on for the tenant; null where it is not.</summary>
    private async ValueTask<TenantModuleView?> TenantModule(string module) =>
        await CheckTenant() is null && _tenant!.Modules.GetValueOrDefault(module) is { Tier.Enabled: true } inherited ? inherited : null;

    // Answers can overtake each other; the view with the higher order is the newer one.
    private void Adopt(TenantView view)
    {
        if (_tenant is not null && view.Order < _tenant.Order) return;
        _tenant = view;
        _effective = null;
    }

    private async Task<Failure?> Write(CompanyDocument next, Outbox? outbox = null)
    {
        var failure = await _company.Write(next with { Writes = _company.Value.Writes + 1 }, outbox);
        _effective = null;
        return failure;
    }

    private TierDocument? Tier(string module) => _company.Value.Modules.GetValueOrDefault(module);

    private Failure NoSuchCompany() => Failure.NotFound($"There is no company '{Id}' in this tenant.");
}
