using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Tenants;
using Buildify.Modules;
using Buildify.Tenants;

namespace Buildify.Gateway.Modules;

/// <summary>Modules that a tenant has turned on, and the tenant's tier of their configuration.</summary>
internal static class TenantModuleApi
{
    public static void MapTenantModules(this IEndpointRouteBuilder routes)
    {
        var module = routes.MapGroup("/tenant-modules/{module:slug}").WithTags("Tenant modules");
        module.MapPut("/", TurnOn).Takes<TierBody>().Gives<ModuleTier>().Gives<RunningTier>(202).Refuses(400, 404, 409, 412).TakesIfMatch()
            .Describe("turnModuleOn", "Turn a module on, and what it depends on; replaces the tenant's tier whole.");
        module.MapGet("/", Get).Gives<ModuleTier>().Refuses(404).Describe("getTenantModule", "The tenant's tier of a module.");
        module.MapDelete("/", TurnOff).Gives(204).Gives<RunningTier>(202).Refuses(404, 409, 412).TakesIfMatch()
            .Describe("turnModuleOff", "Turn a module off; its data stays.");
        module.MapGet("/installation", Installation).Gives<Installation>().Refuses(404)
            .Describe("getInstallation", "The last steps of turning the module on or off.");
        module.MapPost("/installation/retry", Retry).Gives<ModuleTier>().Gives<RunningTier>(202).Refuses(409)
            .Describe("retryInstallation", "Run the steps that failed again.");
        module.MapPost("/purge", Purge).Takes<PurgeRequest>().Gives<ModuleTier>().Gives<RunningTier>(202).Refuses(400, 404, 409)
            .Describe("purgeModule", "Delete the tenant's data of a module that is off.");
        module.MapGet("/configuration/history", History).Gives<Page<ConfigurationChange>>().Refuses(400, 404)
            .Describe("getTenantConfigurationHistory", "Each change of the tenant's tier, the newest first.");
    }

    private static async Task<IResult> TurnOn(HttpContext http, IGrainFactory grains, string module)
    {
        var body = await Body.Read<TierBody>(http, TierBody.Rules);
        if (body.IsRefused(out var refusal)) return refusal;
        var (revision, stale) = await TierPrecondition.Read(http, () => Tenant(grains, http).GetModule(module).Within(http));
        if (stale is not null) return stale;

        var change = body.Value.ToChange(module, enabled: true, revision);
        return InstallationAnswer.Of(await Steps(grains, http, module).TurnOn(change, http.Caller()).Within(http));
    }

    private static async Task<IResult> Get(HttpContext http, IGrainFactory grains, string module) => Answer.Of(
        await Tenant(grains, http).GetModule(module).Within(http), tier => Answer.Json(tier, revision: tier.Revision));

    private static async Task<IResult> TurnOff(HttpContext http, IGrainFactory grains, string module)
    {
        var (revision, refusal) = await TierPrecondition.Read(http, () => Tenant(grains, http).GetModule(module).Within(http));
        if (refusal is not null) return refusal;
        return InstallationAnswer.Of(await Steps(grains, http, module).TurnOff(revision, http.Caller()).Within(http), _ => Answer.NoContent);
    }

    private static async Task<IResult> Installation(HttpContext http, IGrainFactory grains, string module) =>
        await Steps(grains, http, module).Get().Within(http) is { } installation
            ? Answer.Json(installation)
            : Problem.Of(FailureCodes.NotFound, $"'{module}' was never turned on for this tenant.");

    private static async Task<IResult> Retry(HttpContext http, IGrainFactory grains, string module) =>
        InstallationAnswer.Of(await Steps(grains, http, module).Retry(http.Caller()).Within(http));

    private static async Task<IResult> Purge(HttpContext http, IGrainFactory grains, string module)
    {
        var body = await Body.Read<PurgeRequest>(http, []);
        if (body.IsRefused(out var refusal)) return refusal;
        return InstallationAnswer.Of(await Steps(grains, http, module).Purge(body.Value.Confirm, http.Caller()).Within(http));
    }

    private static async Task<IResult> History(HttpContext http, IGrainFactory grains, string module, string? limit, string? cursor)
    {
        if (Paging.Read(limit, cursor, out var page) is { } refusal) return refusal;
        var changes = await grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(http.TenantId())).History(null, module, page).Within(http);
        // A module that is not there has no history either; one whose data was purged has.
        if (changes.Value is not { Items.IsEmpty: true } || page.Cursor is not null) return Answer.Of(changes);
        return Answer.Of(await Tenant(grains, http).GetModule(module).Within(http), _ => Answer.Json(changes.Value));
    }

    private static ITenantGrain Tenant(IGrainFactory grains, HttpContext http) => grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(http.TenantId()));

    private static IInstallationGrain Steps(IGrainFactory grains, HttpContext http, string module) =>
        grains.GetGrain<IInstallationGrain>(GrainKeys.Installation(http.TenantId(), module));
}

/// <param name="Confirm">The module's name once more.</param>
internal sealed record PurgeRequest(string Confirm);
