using System.Collections.Immutable;
using Buildify.Companies;
using Buildify.Directories;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Tenants;

namespace Buildify.Gateway.Companies;

/// <summary>A tenant's legal entities.</summary>
internal static class CompanyApi
{
    private static readonly ImmutableArray<FieldRule> NewRules = [FieldRule.Slug("id"), FieldRule.DisplayName("display_name")];
    private static readonly ImmutableArray<FieldRule> ChangeRules = [FieldRule.DisplayName("display_name")];

    public static void MapCompanies(this IEndpointRouteBuilder routes)
    {
        var companies = routes.MapGroup("/companies").WithTags("Companies");
        companies.MapGet("/", List).Gives<Page<Company>>().Refuses(400).Describe("listCompanies", "The tenant's companies, by id.");
        companies.MapPost("/", Create).Takes<NewCompany>().Gives<Company>(201).Refuses(400, 409, 422).CreatesOnce()
            .Describe("createCompany", "Create a company.");
        companies.MapGet("/{company:slug}", Get).Gives<Company>().Refuses(404).Describe("getCompany", "One company.");
        companies.MapPatch("/{company:slug}", Change).Takes<CompanyChange>().Gives<Company>().Refuses(400, 404)
            .Describe("changeCompany", "Change a company; what is left out stays.");
        companies.MapDelete("/{company:slug}", Suspend).Gives(204).Refuses(404)
            .Describe("suspendCompany", "Suspend a company: its modules answer nothing, its data stays.");
    }

    public static ICompanyGrain Company(this IGrainFactory grains, HttpContext http, string company) =>
        grains.GetGrain<ICompanyGrain>(GrainKeys.Company(http.TenantId(), company));

    private static async Task<IResult> List(HttpContext http, IGrainFactory grains, string? limit, string? cursor)
    {
        if (Paging.Read(limit, cursor, out var page) is { } refusal) return refusal;
        return Answer.Of(await grains.GetGrain<ITenantDirectoryGrain>(GrainKeys.Tenant(http.TenantId())).Companies(page).Within(http));
    }

    private static async Task<IResult> Create(HttpContext http, IGrainFactory grains, Idempotent idempotent)
    {
        var body = await Body.Read<NewCompany>(http, NewRules);
        if (body.IsRefused(out var refusal)) return refusal;

        var caller = http.Caller();
        var grain = grains.Company(http, body.Value.Id);
        return await idempotent.Create(http, http.TenantId(), body.Fingerprint, stamp => grain.Create(body.Value, caller, stamp),
            company => Answer.Json(company, StatusCodes.Status201Created, location: $"/api/v1/companies/{company.Id}"));
    }

    private static async Task<IResult> Get(HttpContext http, IGrainFactory grains, string company) =>
        Answer.Of(await grains.Company(http, company).Get().Within(http));

    private static async Task<IResult> Change(HttpContext http, IGrainFactory grains, string company)
    {
        var body = await Body.Read<CompanyChange>(http, ChangeRules);
        if (body.IsRefused(out var refusal)) return refusal;
        if (body.Value == new CompanyChange()) return Problem.OfField("$", "must name at least one of display_name, country, currency, state");
        return Answer.Of(await grains.Company(http, company).Change(body.Value, http.Caller()).Within(http));
    }

    private static async Task<IResult> Suspend(HttpContext http, IGrainFactory grains, string company)
    {
        var change = new CompanyChange(State: CompanyState.Suspended);
        return Answer.Of(await grains.Company(http, company).Change(change, http.Caller()).Within(http), _ => Answer.NoContent);
    }
}
