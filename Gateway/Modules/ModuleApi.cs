using System.Text.Json;
using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Routes;
using Buildify.Gateway.Tenants;
using Buildify.Modules;
using Buildify.Tenants;

namespace Buildify.Gateway.Modules;

/// <summary>The catalogue: what is installed, and for a tenant, what of it is on.</summary>
internal static class ModuleApi
{
    public static void MapModules(this IEndpointRouteBuilder routes)
    {
        var modules = routes.MapGroup("/modules").WithTags("Modules");
        modules.MapGet("/", List).Gives<Page<Module>>().Refuses(400).Describe("listModules", "The installed modules, by name.");
        modules.MapGet("/{module:slug}", Get).Gives<Module>().Refuses(404).Describe("getModule", "One module of the catalogue.");
        modules.MapPost("/", Register).RequireAuthorization(Authentication.PlatformAdministrator)
            .Takes<JsonObjectText>().Gives<Module>(201).Gives<Module>().Refuses(400, 409, 422).CreatesOnce()
            .Describe("registerModule", "Register a module's manifest, or a newer version of it.");
    }

    private static async Task<IResult> List(HttpContext http, IGrainFactory grains, string? limit, string? cursor)
    {
        if (Paging.Read(limit, cursor, out var page) is { } refusal) return refusal;
        return Answer.Of(http.TenantIdOrNull() is { } tenant
            ? await grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(tenant)).Modules(page).Within(http)
            : await grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).Modules(page).Within(http));
    }

    private static async Task<IResult> Get(HttpContext http, IGrainFactory grains, string module)
    {
        if (await grains.GetGrain<IModuleGrain>(GrainKeys.Module(module)).Get().Within(http) is not { } found)
        {
            return Problem.Of(FailureCodes.NotFound, $"There is no module '{module}'; GET /api/v1/modules lists them.");
        }
        if (http.TenantIdOrNull() is not { } tenant) return Answer.Json(found);

        var tier = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).GetModule(module).Within(http);
        return Answer.Json(found with { Enabled = tier.Value?.Enabled ?? false });
    }

    private static async Task<IResult> Register(HttpContext http, IGrainFactory grains, Idempotent idempotent, ModuleTable table)
    {
        var body = await Body.Read<JsonObjectText>(http, [new FieldRule("name", CheckName)]);
        if (body.IsRefused(out var refusal)) return refusal;

        var caller = http.Caller();
        var registry = grains.GetGrain<IModuleRegistryGrain>(GrainKeys.Platform);
        var answer = await idempotent.Create(http, tenant: null, body.Fingerprint,
            stamp => registry.Register(body.Value.Json, ModuleSource.Api, caller, stamp),
            registration => Answer.Json(registration.Module,
                registration.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK, $"/api/v1/modules/{registration.Module.Name}"));
        // Before the answer: who reads it may call the module at once.
        table.Expire();
        return answer;
    }

    // The rest of a manifest is the registry's to judge; the name becomes an id.
    private static string? CheckName(JsonElement name) =>
        name.ValueKind != JsonValueKind.String ? "must be a string" : Slug.IsValid(name.GetString()) ? null : Slug.Rule;
}
