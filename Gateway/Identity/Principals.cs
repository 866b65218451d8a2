using System.Security.Claims;
using Buildify.Diagnostics;
using Buildify.Identity;

namespace Buildify.Gateway.Identity;

/// <summary>What a verified token says of its bearer.</summary>
internal static class Principals
{
    public const string SubjectClaim = "sub";
    public const string TenantClaim = "tenant";
    public const string RolesClaim = "roles";
    public const string PermissionsClaim = "permissions";

    public static string Subject(this ClaimsPrincipal user) => user.FindFirst(SubjectClaim)!.Value;

    public static string? Tenant(this ClaimsPrincipal user) => user.FindFirst(TenantClaim)?.Value;

    public static bool IsPlatformAdministrator(this ClaimsPrincipal user) => user.IsInRole(TokenClaims.PlatformAdministrator);

    /// <summary>The platform's administrator may do anything; others what the permissions in their token allow.</summary>
    public static bool May(this ClaimsPrincipal user, string permission) =>
        user.IsPlatformAdministrator() || user.HasClaim(PermissionsClaim, permission);

    /// <summary>Who asks, for the grains' histories.</summary>
    public static Caller Caller(this HttpContext http) => new(http.User.Subject(), CallContext.CorrelationId!);
}
