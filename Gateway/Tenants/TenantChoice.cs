using System.Security.Claims;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Problems;

namespace Buildify.Gateway.Tenants;

/// <summary>Which tenant a request is for: the token's, or, from a platform administrator, the one the header names.</summary>
internal readonly record struct TenantChoice(string? Tenant, Problem? Refusal)
{
    public const string Header = "X-Tenant";

    /// <param name="header">As sent; empty where it is not.</param>
    public static TenantChoice Of(ClaimsPrincipal user, string header)
    {
        var own = user.Tenant();
        if (header.Length == 0) return new(own, null);
        if (!user.IsPlatformAdministrator() && header != own)
        {
            return new(null, Problem.Of(
                ProblemCodes.Forbidden, $"The tenant comes from the token; only a platform administrator names another with {Header}."));
        }
        return Slug.IsValid(header) ? new(header, null) : new(null, NotThere());
    }

    public static Problem NotThere() => Problem.Of(FailureCodes.NotFound, "There is no such tenant.");

    /// <summary>The refusal where a route needs a tenant and the request has none.</summary>
    public static Problem Missing(ClaimsPrincipal user) => user.IsPlatformAdministrator()
        ? new Problem(ProblemTypes.Of(ProblemCodes.TenantNeeded), $"Name the tenant with the header {Header}.")
        {
            Errors = [new(Header, "is required here of a platform administrator")],
        }
        : Problem.Of(ProblemCodes.Forbidden, "The token is for no tenant; sign in for one.");
}
