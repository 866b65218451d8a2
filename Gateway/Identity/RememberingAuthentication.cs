using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace Buildify.Gateway.Identity;

/// <summary>ASP.NET's own authentication, which asks its handlers only about tokens that are not remembered.</summary>
internal sealed class RememberingAuthentication(
    IAuthenticationSchemeProvider schemes, IAuthenticationHandlerProvider handlers, IClaimsTransformation transform,
    IOptions<AuthenticationOptions> options, RememberedTokens tokens, SigningKeys keys)
    : AuthenticationService(schemes, handlers, transform, options)
{
    private const string Prefix = "Bearer ";

    public override Task<AuthenticateResult> AuthenticateAsync(HttpContext context, string? scheme)
    {
        if (context.Request.Headers.Authorization is not [{ } sent] || !sent.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return base.AuthenticateAsync(context, scheme);
        }
        var token = sent[Prefix.Length..];
        return tokens.Recall(token) is { } known ? Task.FromResult(known) : Check(context, scheme, token);
    }

    private async Task<AuthenticateResult> Check(HttpContext context, string? scheme, string token)
    {
        var generation = keys.Generation;
        var result = await base.AuthenticateAsync(context, scheme);
        if (result.Succeeded) tokens.Remember(token, result, generation);
        return result;
    }
}
