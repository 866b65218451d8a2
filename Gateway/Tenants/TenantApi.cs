using System.Collections.Immutable;
using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Tenants;

namespace Buildify.Gateway.Tenants;

/// <summary>The customers of the platform, for those who run it.</summary>
internal static class TenantApi
{
    private static readonly ImmutableArray<FieldRule> NewRules = [FieldRule.Slug("id"), FieldRule.DisplayName("display_name")];
    private static readonly ImmutableArray<FieldRule> ChangeRules = [FieldRule.DisplayName("display_name")];

    public static void MapTenants(this IEndpointRouteBuilder routes)
    {
        var tenants = routes.MapGroup("/tenants").WithTags("Tenants").RequireAuthorization(Authentication.PlatformAdministrator);
        tenants.MapGet("/", List).Gives<Page<Tenant>>().Refuses(400).Describe("listTenants", "All tenants, by id.");
        tenants.MapPost("/", Create).Takes<NewTenant>().Gives<Tenant>(201).Refuses(400, 409, 422).CreatesOnce()
            .Describe("createTenant", "Create a tenant.");
        tenants.MapGet("/{tenant:slug}", Get).Gives<Tenant>().Refuses(404).Describe("getTenant", "One tenant.");
        tenants.MapPatch("/{tenant:slug}", Change).Takes<TenantChange>().Gives<Tenant>().Refuses(400, 404)
            .Describe("changeTenant", "Change a tenant; what is left out stays.");
        tenants.MapDelete("/{tenant:slug}", Suspend).Gives(204).Refuses(404)
            .Describe("suspendTenant", "Suspend a tenant: no call for it is let through, its data stays.");
    }

    private static async Task<IResult> List(HttpContext http, IGrainFactory grains, string? limit, string? cursor)
    {
        if (Paging.Read(limit, cursor, out var page) is { } refusal) return refusal;
        return Answer.Of(await grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).Tenants(page).Within(http));
    }

    private static async Task<IResult> Create(HttpContext http, IGrainFactory grains, Idempotent idempotent)
    {
        var body = await Body.Read<NewTenant>(http, NewRules);
        if (body.IsRefused(out var refusal)) return refusal;

        var caller = http.Caller();
        var grain = grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(body.Value.Id));
        return await idempotent.Create(http, tenant: null, body.Fingerprint, stamp => grain.Create(body.Value, caller, stamp),
            tenant => Answer.Json(tenant, StatusCodes.Status201Created, location: $"/api/v1/tenants/{tenant.Id}"));
    }

    private static async Task<IResult> Get(HttpContext http, IGrainFactory grains, string tenant) =>
        await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).Get().Within(http) is { } found
            ? Answer.Json(found)
            : TenantChoice.NotThere();

    private static async Task<IResult> Change(HttpContext http, IGrainFactory grains, string tenant)
    {
        var body = await Body.Read<TenantChange>(http, ChangeRules);
        if (body.IsRefused(out var refusal)) return refusal;
        if (body.Value == new TenantChange()) return Problem.OfField("$", "must name at least one of display_name, owner_email, state");
        return Answer.Of(await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).Change(body.Value, http.Caller()).Within(http));
    }

    private static async Task<IResult> Suspend(HttpContext http, IGrainFactory grains, string tenant)
    {
        var change = new TenantChange(State: TenantState.Suspended);
        return Answer.Of(await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).Change(change, http.Caller()).Within(http), _ => Answer.NoContent);
    }
}
