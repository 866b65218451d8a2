using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Companies;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Tenants;
using Buildify.Modules;

namespace Buildify.Gateway.Modules;

/// <summary>A company's customisation of its tenant's modules, and the configuration that holds for it.</summary>
internal static class CompanyModuleApi
{
    public static void MapCompanyModules(this IEndpointRouteBuilder routes)
    {
        var module = routes.MapGroup("/companies/{company:slug}/modules/{module:slug}").WithTags("Company modules");
        module.MapPut("/", Set).Takes<CompanyTierBody>().Gives<ModuleTier>().Refuses(400, 404, 412).TakesIfMatch()
            .Describe("customiseModule", "Customise a module for the company; replaces the company's tier whole.");
        module.MapGet("/", Get).Gives<ModuleTier>().Refuses(404).Describe("getCompanyModule", "The company's tier of a module.");
        module.MapDelete("/", Remove).Gives(204).Refuses(404, 412).TakesIfMatch()
            .Describe("removeCustomisation", "Take the customisation away, so that the tenant's tier holds again.");
        module.MapGet("/configuration", Configuration).Gives<EffectiveConfiguration>().Refuses(404)
            .Describe("getConfiguration", "The configuration that holds for the company, and where each value comes from.");
        module.MapGet("/configuration/history", History).Gives<Page<ConfigurationChange>>().Refuses(400, 404)
            .Describe("getCompanyConfigurationHistory", "Each change of the company's tier, the newest first.");
    }

    private static async Task<IResult> Set(HttpContext http, IGrainFactory grains, string company, string module)
    {
        var body = await Body.Read<CompanyTierBody>(http, TierBody.Rules);
        if (body.IsRefused(out var refusal)) return refusal;
        var grain = grains.Company(http, company);
        var (revision, stale) = await TierPrecondition.Read(http, () => grain.GetModule(module).Within(http));
        if (stale is not null) return stale;

        var change = body.Value.ToChange(module, body.Value.Enabled, revision);
        return Answer.Of(await grain.SetModule(change, http.Caller()).Within(http), tier => Answer.Json(tier, revision: tier.Revision));
    }

    private static async Task<IResult> Get(HttpContext http, IGrainFactory grains, string company, string module) => Answer.Of(
        await grains.Company(http, company).GetModule(module).Within(http), tier => Answer.Json(tier, revision: tier.Revision));

    private static async Task<IResult> Remove(HttpContext http, IGrainFactory grains, string company, string module)
    {
        var grain = grains.Company(http, company);
        var (revision, refusal) = await TierPrecondition.Read(http, () => grain.GetModule(module).Within(http));
        if (refusal is not null) return refusal;
        return Answer.Of(await grain.RemoveModule(module, revision, http.Caller()).Within(http), _ => Answer.NoContent);
    }

    private static async Task<IResult> Configuration(HttpContext http, IGrainFactory grains, string company, string module) => Answer.Of(
        await grains.Company(http, company).GetConfiguration(module).Within(http),
        configuration => Answer.Json(configuration, revision: configuration.Revision));

    private static async Task<IResult> History(
        HttpContext http, IGrainFactory grains, string company, string module, string? limit, string? cursor)
    {
        if (Paging.Read(limit, cursor, out var page) is { } refusal) return refusal;
        var directory = grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(http.TenantId()));
        var changes = await directory.History(company, module, page).Within(http);
        if (changes.Value is not { Items.IsEmpty: true } || page.Cursor is not null) return Answer.Of(changes);
        return Answer.Of(await grains.Company(http, company).GetModule(module).Within(http), _ => Answer.Json(changes.Value));
    }
}
