using System.Collections.Concurrent;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.Gateway.Identity;

/// <summary>
/// Verifies access tokens. Checking a signature on P-256 costs several times what the rest of a request costs, and a client sends
/// one token hundreds of times: a good one is remembered until it expires.
/// </summary>
internal sealed class AccessTokens(SigningKeys keys, TimeProvider time) : TokenHandler
{
    /// <summary>More tokens than this are not remembered at a time; then all are forgotten.</summary>
    private const int MaxRemembered = 10_000;

    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private ConcurrentDictionary<string, Remembered> _good = new(StringComparer.Ordinal);
    private int _count;
    private int _generation;

    public override async Task<TokenValidationResult> ValidateTokenAsync(string token, TokenValidationParameters validationParameters)
    {
        if (_good.TryGetValue(token, out var good) && time.GetUtcNow() < good.Until && good.Generation == keys.Generation) return good.Result;

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
        if (!_handler.CanReadToken(token)) return Refuse(new SecurityTokenMalformedException("The token is no JSON Web Token."));
        JsonWebToken parsed;
        try
        {
            parsed = _handler.ReadJsonWebToken(token);
        }
        catch (Exception error) when (error is ArgumentException or SecurityTokenException)
        {
            return Refuse(new SecurityTokenMalformedException("The token is no JSON Web Token.", error));
        }
        if (string.IsNullOrEmpty(parsed.Kid) || await keys.Find(parsed.Kid) is not { } key)
        {
            return Refuse(new SecurityTokenSignatureKeyNotFoundException("The token names no key of this platform."));
        }
        var exact = parameters.Clone();
        exact.IssuerSigningKey = key;
        var result = await _handler.ValidateTokenAsync(parsed, exact);
        if (result.IsValid && result.ClaimsIdentity.FindFirst(Principals.SubjectClaim) is null)
        {
            return Refuse(new SecurityTokenValidationException("The token has no subject."));
        }
        if (result.IsValid) Remember(token, result);
        return result;
    }

    private void Remember(string token, TokenValidationResult result)
    {
        if (Interlocked.Increment(ref _count) > MaxRemembered || _generation != keys.Generation)
        {
            _generation = keys.Generation;
            _good = new(StringComparer.Ordinal);
            Volatile.Write(ref _count, 1);
        }
        _good[token] = new(result, result.SecurityToken.ValidTo, keys.Generation);
    }

    private static TokenValidationResult Refuse(Exception error) => new() { IsValid = false, Exception = error };

    private sealed record Remembered(TokenValidationResult Result, DateTimeOffset Until, int Generation);
}

/// <summary>Whether the token is good cannot be told now, because the cluster that has the keys does not answer.</summary>
internal sealed class KeysAwayException(Exception inner) : Exception("The signing keys cannot be read.", inner);
