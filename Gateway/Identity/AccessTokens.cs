using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.Gateway.Identity;

/// <summary>Verifies access tokens against the platform's keys.</summary>
internal sealed class AccessTokens(SigningKeys keys) : TokenHandler
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        try
        {
            return await Verify(token, validationParameters);
        }
        catch (Exception error) when (Problems.ProblemOfException.IsAway(error))
        {
            return Refuse(new KeysAwayException(error));
        }
    }

    private async Task<TokenValidationResult> Verify(string token, TokenValidationParameters parameters)
    {
        if (Parse(token) is not { } parsed) return Refuse(new SecurityTokenMalformedException("The token is no JSON Web Token."));
        if (string.IsNullOrEmpty(parsed.Kid) || await keys.Find(parsed.Kid) is not { } key)
        {
            return Refuse(new SecurityTokenSignatureKeyNotFoundException("The token names no key of this platform."));
        }
        var exact = parameters.Clone();
        exact.IssuerSigningKey = key;
        var result = await _handler.ValidateTokenAsync(parsed, exact);
        return result.IsValid && result.ClaimsIdentity.FindFirst(Principals.SubjectClaim) is null
            ? Refuse(new SecurityTokenValidationException("The token has no subject."))
            : result;
    }

    private JsonWebToken? Parse(string token)
    {
        if (!_handler.CanReadToken(token)) return null;
        try
        {
            return _handler.ReadJsonWebToken(token);
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return null;
        }
    }

    private static TokenValidationResult Refuse(Exception error) => new() { IsValid = false, Exception = error };
}

/// <summary>Whether the token is good cannot be told now, because the cluster that has the keys does not answer.</summary>
internal sealed class KeysAwayException(Exception inner) : Exception("The signing keys cannot be read.", inner);
