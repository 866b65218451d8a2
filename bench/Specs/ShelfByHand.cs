using System.Globalization;
using Buildify.Companies;
using Buildify.Diagnostics;
using Buildify.Identity;
using Buildify.Operations;
using Buildify.Tenants;
using Microsoft.AspNetCore.Http.HttpResults;
using Shelf;

namespace Buildify.Bench.Specs;

/// <summary>
/// The reference: the module's two routes as somebody would write them with ASP.NET alone, with what the generated ones check and no
/// more words than that takes. They stand under the module's prefix, so that whatever the gateway does for every request of a module it
/// does for these.
/// </summary>
internal static class ShelfByHand
{
    public const string Prefix = "/api/v1/shelf/by-hand";

    public static void Map(WebApplication app)
    {
        app.MapGet(Prefix + "/{id:guid}", Get).ExcludeFromDescription();
        app.MapPost(Prefix, Create).ExcludeFromDescription();
    }

    private static async Task<IResult> Get(Guid id, string? company_id, HttpContext http, IGrainFactory grains)
    {
        var (tenant, refusal) = await Admit(http, grains, "shelf.read");
        if (refusal is not null) return refusal;
        if (await Enter(http, grains, tenant!, company_id) is { } closed) return closed;

        var grain = grains.GetGrain<IShelfGrain>(GrainKeys.Company(tenant!, company_id!));
        var book = await grain.GetBook(id).WaitAsync(http.RequestAborted);
        return book.Succeeded ? TypedResults.Json(book.Value, BuildifyJson.Options) : Refuse(book.Failure);
    }

    private static async Task<IResult> Create(string? company_id, HttpContext http, IGrainFactory grains)
    {
        var (tenant, refusal) = await Admit(http, grains, "shelf.write");
        if (refusal is not null) return refusal;

        var body = await http.Request.ReadFromJsonAsync<BookCreate>(BuildifyJson.Options, http.RequestAborted);
        if (body?.Title is not { Length: >= 1 and <= 200 } || body.Body is not { Length: <= 20_000 }) return TypedResults.BadRequest();
        if (await Enter(http, grains, tenant!, company_id) is { } closed) return closed;
        // A request with a key goes another way, which no figure takes.
        if (http.Request.Headers.ContainsKey("Idempotency-Key")) return TypedResults.StatusCode(StatusCodes.Status501NotImplemented);

        var caller = new Caller(http.User.FindFirst("sub")!.Value, CallContext.CorrelationId!);
        var grain = grains.GetGrain<IShelfGrain>(GrainKeys.Company(tenant!, company_id!));
        var made = await grain.CreateBook(body, new Call(caller, Stamp: null)).WaitAsync(http.RequestAborted);
        if (!made.Succeeded) return Refuse(made.Failure);
        http.Response.Headers.Location = string.Create(CultureInfo.InvariantCulture, $"{Prefix}/{made.Value.Id}?company_id={company_id}");
        return TypedResults.Json(made.Value, BuildifyJson.Options, statusCode: StatusCodes.Status201Created);
    }

    /// <summary>Which tenant it is for, whether that is there, and whether the caller may.</summary>
    private static async ValueTask<(string? Tenant, IResult? Refusal)> Admit(HttpContext http, IGrainFactory grains, string permission)
    {
        var isAdministrator = http.User.IsInRole(TokenClaims.PlatformAdministrator);
        var (own, named) = (http.User.FindFirst("tenant")?.Value, http.Request.Headers["X-Tenant"].ToString());
        if (named.Length > 0 && named != own && !isAdministrator) return (null, TypedResults.Forbid());
        var tenant = named.Length > 0 ? named : own;
        if (tenant is null || !Slug.IsValid(tenant)) return (null, TypedResults.BadRequest());

        var state = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).GetState().AsTask().WaitAsync(http.RequestAborted);
        if (state != TenantState.Active) return (null, TypedResults.NotFound());
        return isAdministrator || http.User.HasClaim("permissions", permission) ? (tenant, null) : (null, TypedResults.Forbid());
    }

    /// <summary>Whether the module is on for the company.</summary>
    private static async ValueTask<IResult?> Enter(HttpContext http, IGrainFactory grains, string tenant, string? company)
    {
        if (company is null || !Slug.IsValid(company)) return TypedResults.BadRequest();
        var configuration = await grains.GetGrain<ICompanyGrain>(GrainKeys.Company(tenant, company)).GetConfiguration("shelf").AsTask().WaitAsync(http.RequestAborted);
        return configuration.Succeeded ? null : Refuse(configuration.Failure);
    }

    private static Conflict<string> Refuse(Failure failure) => TypedResults.Conflict(failure.Detail);
}
