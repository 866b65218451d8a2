using System.Collections.Immutable;
using Buildify.Directories;
using Buildify.Flags;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Tenants;

namespace Buildify.Gateway.Flags;

/// <summary>Feature flags: those who run the platform write them, a tenant's users ask whether one is on for them.</summary>
internal static class FlagApi
{
    private static readonly ImmutableArray<FieldRule> Rules = [FieldRule.NoNulls("tenants"), FieldRule.NoNulls("companies")];

    public static void MapFlags(this IEndpointRouteBuilder routes)
    {
        var flags = routes.MapGroup("/flags").WithTags("Flags").RequireAuthorization(Authentication.PlatformAdministrator);
        flags.MapGet("/", List).Gives<Page<Flag>>().Refuses(400).Describe("listFlags", "All feature flags, by name.");
        flags.MapGet("/{flag:slug}", Get).Gives<Flag>().Refuses(404).Describe("getFlag", "One feature flag.");
        flags.MapPut("/{flag:slug}", Set).Takes<FlagChange>().Gives<Flag>().Refuses(400, 412).TakesIfMatch()
            .Describe("setFlag", "Make a feature flag, or replace it whole.");
        flags.MapDelete("/{flag:slug}", Remove).Gives(204).Refuses(404, 412).TakesIfMatch()
            .Describe("removeFlag", "Remove a feature flag; it is off for all from then on.");
    }

    /// <summary>For a tenant's users.</summary>
    public static void MapFlagStates(this IEndpointRouteBuilder routes) => routes.MapGet("/flags/{flag:slug}/state", State).WithTags("Flags")
        .Gives<FlagState>().Refuses(400).Describe("getFlagState", "Whether a feature flag is on for the caller's tenant, or for one of its companies.");

    private static async Task<IResult> List(HttpContext http, IGrainFactory grains, string? limit, string? cursor)
    {
        if (Paging.Read(limit, cursor, out var page) is { } refusal) return refusal;
        return Answer.Of(await grains.GetGrain<IDirectoryGrain>(GrainKeys.Platform).Flags(page).Within(http));
    }

    private static async Task<IResult> Get(HttpContext http, IGrainFactory grains, string flag) =>
        await Grain(grains, flag).Get().Within(http) is { } found
            ? Answer.Json(found, revision: found.Revision)
            : Problem.Of(FailureCodes.NotFound, $"There is no flag '{flag}'; GET /api/v1/flags lists them.");

    private static async Task<IResult> Set(HttpContext http, IGrainFactory grains, string flag)
    {
        var body = await Body.Read<FlagChange>(http, Rules);
        if (body.IsRefused(out var refusal)) return refusal;
        var (revision, stale) = await Seen(http, grains, flag);
        if (stale is not null) return stale;
        return Answer.Of(await Grain(grains, flag).Set(body.Value, revision, http.Caller()).Within(http), set => Answer.Json(set, revision: set.Revision));
    }

    private static async Task<IResult> Remove(HttpContext http, IGrainFactory grains, string flag)
    {
        var (revision, refusal) = await Seen(http, grains, flag);
        if (refusal is not null) return refusal;
        return Answer.Of(await Grain(grains, flag).Remove(revision, http.Caller()).Within(http), _ => Answer.NoContent);
    }

    private static async Task<IResult> State(HttpContext http, IGrainFactory grains, string flag, string? company_id)
    {
        if (company_id is not null && !Slug.IsValid(company_id)) return Problem.OfField(nameof(company_id), Slug.Rule);
        return Answer.Json(await Grain(grains, flag).StateFor(http.TenantId(), company_id).Within(http));
    }

    private static ValueTask<(string? Revision, Problem? Refusal)> Seen(HttpContext http, IGrainFactory grains, string flag) =>
        Precondition.Read(http, async () => (await Grain(grains, flag).Get().Within(http))?.Revision);

    private static IFlagGrain Grain(IGrainFactory grains, string flag) => grains.GetGrain<IFlagGrain>(GrainKeys.Flag(flag));
}
