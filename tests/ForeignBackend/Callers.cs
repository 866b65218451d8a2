using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.ForeignBackend;

public sealed record Caller(string Subject, string Tenant, string[] Roles);

/// <summary>Who calls, from the gateway's signed assertion. The keys are read again where one is not known.</summary>
public sealed class Callers(HttpClient client, string keysAddress, string module)
{
    private readonly JsonWebTokenHandler _handler = new() { MapInboundClaims = false };
    private volatile JsonWebKeySet? _keys;

    /// <summary>Null where the request does not come from the gateway, or is not meant for this module.</summary>
    public async Task<Caller?> Verify(HttpRequest request)
    {
        var sent = request.Headers.Authorization.ToString();
        if (!sent.StartsWith("Bearer ", StringComparison.Ordinal) || !_handler.CanReadToken(sent[7..])) return null;

        var token = _handler.ReadJsonWebToken(sent[7..]);
        if (_keys is null || _keys.Keys.All(key => key.KeyId != token.Kid)) _keys = new JsonWebKeySet(await client.GetStringAsync(new Uri(keysAddress)));
        var result = await _handler.ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidIssuer = "buildify",
            ValidAudience = "module:" + module,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = _keys.GetSigningKeys(),
        });
        // The header says the same; a backend that reads the header alone must not be reachable but through the gateway.
        if (!result.IsValid || request.Headers["X-Tenant"] != token.GetClaim("tenant").Value) return null;
        return new Caller(token.Subject, token.GetClaim("tenant").Value, [.. token.Claims.Where(claim => claim.Type == "roles").Select(claim => claim.Value)]);
    }
}
