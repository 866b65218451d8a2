using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Buildify.Tenants;

namespace Buildify.Gateway.Tenants;

/// <summary>
/// Finds which tenant a request is for, and lets no call through for a tenant that is not there or suspended.
/// </summary>
internal static class TenantGate
{
    /// <param name="required">Whether a request for no tenant is refused.</param>
    public static async ValueTask<(string? Tenant, Problem? Refusal)> Pass(HttpContext http, IGrainFactory grains, bool required)
    {
        var (tenant, refusal) = TenantChoice.Of(http.User, http.Request.Headers[TenantChoice.Header].ToString());
        if (refusal is not null) return (null, refusal);
        if (tenant is null) return (null, required ? TenantChoice.Missing(http.User) : null);

        return await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(tenant)).GetState().Within(http) switch
        {
            null => (null, TenantChoice.NotThere()),
            TenantState.Suspended => (null, Problem.Of(
                FailureCodes.TenantSuspended, "The tenant is suspended; a platform administrator can end that.")),
            _ => (tenant, null),
        };
    }
}
