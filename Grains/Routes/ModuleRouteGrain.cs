using Buildify.Modules;
using Buildify.Storage;

namespace Buildify.Routes;

[GrainType("module-route")]
internal sealed class ModuleRouteGrain : Grain, IModuleRouteGrain
{
    private readonly Committed<ModuleRouteDocument> _route;
    private readonly TimeProvider _time;

    public ModuleRouteGrain([PersistentState("module_route")] IPersistentState<ModuleRouteDocument> state, TimeProvider time)
    {
        _route = new Committed<ModuleRouteDocument>(this, state);
        _time = time;
    }

    private string Name => this.GetPrimaryKeyString()["route:".Length..];

    public ValueTask<RouteRule?> GetRule() => new(_route.Value.Rule);

    public async Task<Outcome<ModuleRoute>> Get() =>
        await Module() is { } module ? _route.Value.ToRoute(module) : Failures.NotInstalled(Name);

    public async Task<Outcome<ModuleRoute>> Set(RouteRule rule, string? ifMatch, Caller caller)
    {
        if (await Module() is not { } module) return Failures.NotInstalled(Name);
        var read = RouteRules.Read(rule, module.Backend);
        return read.Succeeded ? await Change(module, read.Value, ifMatch, caller) : read.Failure;
    }

    public async Task<Outcome<ModuleRoute>> Remove(string? ifMatch, Caller caller) =>
        await Module() is { } module ? await Change(module, rule: null, ifMatch, caller) : Failures.NotInstalled(Name);

    public async Task<Outcome<ModuleRoute>> Rollback(string? ifMatch, Caller caller)
    {
        if (await Module() is not { } module) return Failures.NotInstalled(Name);
        if (!_route.Exists) return new Failure(FailureCodes.NothingToRollBack, $"The route of '{Name}' was never changed.");
        return await Change(module, _route.Value.Previous, ifMatch, caller);
    }

    // A request that is repeated, because its answer was lost, must not push out the rule to roll back to: what holds already is not
    // written again.
    private async Task<Outcome<ModuleRoute>> Change(Module module, RouteRule? rule, string? ifMatch, Caller caller)
    {
        var current = _route.Value;
        if (Revisions.Check(ifMatch, current.Revision) is { } stale) return stale;
        if (rule == current.Rule) return current.ToRoute(module);

        var next = current with
        {
            Module = Name,
            Rule = rule,
            Previous = current.Rule,
            Writes = current.Writes + 1,
            UpdatedAt = _time.GetUtcNow(),
            UpdatedBy = caller.Actor,
        };
        return await _route.Write(next) is { } failure ? failure : next.ToRoute(module);
    }

    private Task<Module?> Module() => GrainFactory.GetGrain<IModuleGrain>(GrainKeys.Module(Name)).Get();
}
