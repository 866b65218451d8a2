using Buildify.Gateway.Problems;
using Buildify.Identity;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Authorization;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.Gateway.Identity;

internal static class Authentication
{
    /// <summary>The policy of routes that are for those who run the platform.</summary>
    public const string PlatformAdministrator = TokenClaims.PlatformAdministrator;

    private static readonly TimeSpan Skew = TimeSpan.FromSeconds(30);

    /// <summary>Bearer tokens; a route is closed unless it says that it is public.</summary>
    public static void AddBearerTokens(this IServiceCollection services)
    {
        services.AddSingleton<SigningKeys>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<RememberedTokens>();
        services.AddScoped<IAuthenticationService, RememberingAuthentication>();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer();
        services.AddOptions<JwtBearerOptions>(JwtBearerDefaults.AuthenticationScheme).Configure<AccessTokens, TimeProvider>(Configure);
        services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build())
            .AddPolicy(PlatformAdministrator, policy => policy.RequireRole(TokenClaims.PlatformAdministrator));
    }

    private static void Configure(JwtBearerOptions options, AccessTokens tokens, TimeProvider time)
    {
        options.MapInboundClaims = false;
        options.SaveToken = false;
        options.TokenHandlers.Clear();
        options.TokenHandlers.Add(tokens);
        options.TokenValidationParameters = new TokenValidationParameters
        {
            ValidIssuer = TokenClaims.Issuer,
            ValidAudience = TokenClaims.Issuer,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            NameClaimType = Principals.SubjectClaim,
            RoleClaimType = Principals.RolesClaim,
            LifetimeValidator = (notBefore, expires, _, _) =>
            {
                var now = time.GetUtcNow().UtcDateTime;
                return expires > now && (notBefore is null || notBefore <= now + Skew);
            },
        };
        options.Events = new JwtBearerEvents { OnChallenge = TellWhetherKeysAreAway };
    }

    // Otherwise a good token would be called bad while the cluster restarts, and clients would sign their users out.
    private static async Task TellWhetherKeysAreAway(JwtBearerChallengeContext context)
    {
        var error = context.AuthenticateFailure;
        if (error is not KeysAwayException && error is not AggregateException { InnerExceptions: [KeysAwayException] }) return;
        context.HandleResponse();
        await Problem.Unavailable().ExecuteAsync(context.HttpContext);
    }
}
