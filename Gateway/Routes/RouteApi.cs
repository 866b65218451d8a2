using System.Collections.Immutable;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Routes;

namespace Buildify.Gateway.Routes;

/// <summary>Where a module's traffic goes, for those who run the platform: they alone name addresses that the gateway calls.</summary>
internal static class RouteApi
{
    public static void MapModuleRoutes(this IEndpointRouteBuilder routes)
    {
        var route = routes.MapGroup("/routes/{module:slug}").WithTags("Routes").RequireAuthorization(Authentication.PlatformAdministrator);
        route.MapGet("/", Get).Gives<ModuleRoute>().Refuses(404).Describe("getRoute", "Where a module's traffic goes, and where it went before.");
        route.MapPut("/", Set).Takes<RouteBody>().Gives<ModuleRoute>().Refuses(400, 404, 412).TakesIfMatch()
            .Describe("setRoute", "Send a part of a module's traffic elsewhere; replaces the rule whole.");
        route.MapDelete("/", Remove).Gives(204).Refuses(404, 412).TakesIfMatch().Describe("removeRoute", "Send all of a module's traffic home.");
        route.MapPost("/rollback", Rollback).Gives<ModuleRoute>().Refuses(404, 409, 412).TakesIfMatch()
            .Describe("rollBackRoute", "Let what held before hold again.");
    }

    private static async Task<IResult> Get(HttpContext http, IGrainFactory grains, string module) => Of(await Route(grains, module).Get().Within(http));

    private static async Task<IResult> Set(HttpContext http, IGrainFactory grains, string module)
    {
        var body = await Body.Read<RouteBody>(http, RouteBody.Rules);
        if (body.IsRefused(out var refusal)) return refusal;
        var (revision, stale) = await Seen(http, grains, module);
        if (stale is not null) return stale;
        return Of(await Route(grains, module).Set(body.Value.ToRule(), revision, http.Caller()).Within(http));
    }

    private static async Task<IResult> Remove(HttpContext http, IGrainFactory grains, string module)
    {
        var (revision, refusal) = await Seen(http, grains, module);
        if (refusal is not null) return refusal;
        return Answer.Of(await Route(grains, module).Remove(revision, http.Caller()).Within(http), _ => Answer.NoContent);
    }

    private static async Task<IResult> Rollback(HttpContext http, IGrainFactory grains, string module)
    {
        var (revision, refusal) = await Seen(http, grains, module);
        if (refusal is not null) return refusal;
        return Of(await Route(grains, module).Rollback(revision, http.Caller()).Within(http));
    }

    private static IResult Of(Outcome<ModuleRoute> outcome) => Answer.Of(outcome, route => Answer.Json(route, revision: route.Revision));

    private static ValueTask<(string? Revision, Problem? Refusal)> Seen(HttpContext http, IGrainFactory grains, string module) =>
        Precondition.Read(http, async () => (await Route(grains, module).Get().Within(http)).Value?.Revision);

    private static IModuleRouteGrain Route(IGrainFactory grains, string module) => grains.GetGrain<IModuleRouteGrain>(GrainKeys.ModuleRoute(module));
}

/// <summary>A part of a module's traffic, and where it goes.</summary>
/// <param name="To">By default a backend.</param>
/// <param name="Address">Of the backend, as <c>http://legacy:8002</c>; left out for the one in the module's manifest.</param>
/// <param name="Percentage">Of the tenants, 0 to 100; left out, all where no tenant is named, else none.</param>
/// <param name="Tenants">Tenants that go there whatever the percentage is.</param>
internal sealed record RouteBody(
    RouteDestination To = RouteDestination.Backend, string? Address = null, int? Percentage = null, ImmutableArray<string>? Tenants = null)
{
    public static ImmutableArray<FieldRule> Rules { get; } = [FieldRule.NoNulls("tenants")];

    public RouteRule ToRule() => new(To, Address, Percentage ?? (Tenants is { IsEmpty: false } ? 0 : 100), Tenants ?? []);
}
