using Buildify.Gateway.Answers;
using Buildify.Gateway.Problems;
using Buildify.Operations;
using Buildify.Routes;

namespace Buildify.Gateway.Routes;

/// <summary>Where a module's traffic goes, for those who run the platform: they alone name addresses that the gateway calls.</summary>
internal static class RouteHandlers
{
    public static async Task<IResult> Get(OperationCall call) => Of(await call.Within(Route(call).Get()));

    public static async Task<IResult> Set(OperationCall call)
    {
        var body = await call.Body<RouteBody>();
        if (body.IsRefused(out var refusal, out var route)) return refusal;
        var (revision, stale) = await Seen(call);
        if (stale is not null) return stale;
        return Of(await call.Within(Route(call).Set(route.ToRule(), revision, call.Caller)));
    }

    public static async Task<IResult> Remove(OperationCall call)
    {
        var (revision, refusal) = await Seen(call);
        if (refusal is not null) return refusal;
        return call.Done(await call.Within(Route(call).Remove(revision, call.Caller)));
    }

    public static async Task<IResult> Rollback(OperationCall call)
    {
        var (revision, refusal) = await Seen(call);
        if (refusal is not null) return refusal;
        return Of(await call.Within(Route(call).Rollback(revision, call.Caller)));
    }

    private static IResult Of(Outcome<ModuleRoute> outcome) => Answer.Of(outcome, route => Answer.Json(route, revision: route.Revision));

    private static ValueTask<(string? Revision, Problem? Refusal)> Seen(OperationCall call) =>
        Precondition.Read(call.Http, async () => (await call.Within(Route(call).Get())).Value?.Revision);

    private static IModuleRouteGrain Route(OperationCall call) =>
        call.Grains.GetGrain<IModuleRouteGrain>(GrainKeys.ModuleRoute(call.Get<string>("module")));
}
