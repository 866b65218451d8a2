using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Problems;
using Buildify.Tenants;

namespace Buildify.Gateway.Tenants;

/// <summary>
/// Stands before every route of a tenant: finds which one the request is for, and lets no call through for a tenant that is not
/// there or suspended.
/// </summary>
internal sealed class TenantFilter(IGrainFactory grains, bool required) : IEndpointFilter
{
    public async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        await Refuse(context.HttpContext, grains, required) is { } refusal ? refusal : await next(context);

    /// <summary>Null where the request may go on; its tenant is then <see cref="TenantRoutes.TenantIdOrNull"/>.</summary>
    public static async ValueTask<Problem?> Refuse(HttpContext http, IGrainFactory grains, bool required)
    {
        var (tenant, refusal) = TenantChoice.Of(http.User, http.Request.Headers[TenantChoice.Header].ToString());
        if (refusal is not null) return refusal;
        if (tenant is null) return required ? TenantChoice.Missing(http.User) : null;

        var state = await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).GetState().Within(http);
        if (state is null) return TenantChoice.NotThere();
        if (state == TenantState.Suspended)
        {
            return Problem.Of(FailureCodes.TenantSuspended, "The tenant is suspended; a platform administrator can end that.");
        }
        http.Features.Set(new TenantOfRequest(tenant));
        return null;
    }
}

/// <summary>The tenant that the filter let through.</summary>
internal sealed record TenantOfRequest(string Id);

internal static class TenantRoutes
{
    /// <summary>Every route of the group is for one tenant.</summary>
    public static RouteGroupBuilder RequireTenant(this RouteGroupBuilder group, IGrainFactory grains) =>
        group.AddEndpointFilter(new TenantFilter(grains, required: true)).WithMetadata(new ForTenant());

    /// <summary>The group's routes answer for a tenant where the request is for one.</summary>
    public static RouteGroupBuilder AllowTenant(this RouteGroupBuilder group, IGrainFactory grains) =>
        group.AddEndpointFilter(new TenantFilter(grains, required: false)).WithMetadata(new ForTenant());

    public static string TenantId(this HttpContext http) => http.TenantIdOrNull()!;

    public static string? TenantIdOrNull(this HttpContext http) => http.Features.Get<TenantOfRequest>()?.Id;
}
