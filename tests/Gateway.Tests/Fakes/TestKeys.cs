using System.Security.Cryptography;
using System.Text.Json;
using Buildify.Identity;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.Gateway.Fakes;

/// <summary>A signing key, as the platform's grain would have it.</summary>
public sealed class TestKeys(string id)
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static JsonText SetOf(params TestKeys[] keys) => new(JsonSerializer.Serialize(new { keys = keys.Select(key => key.Public()) }));

    public string Sign(
        string subject, string? tenant = null, string[]? roles = null, DateTime? expires = null, string issuer = TokenClaims.Issuer,
        string audience = TokenClaims.Issuer)
    {
        var claims = new Dictionary<string, object> { ["sub"] = subject, ["roles"] = roles ?? [] };
        if (tenant is not null) claims["tenant"] = tenant;
        var until = expires ?? TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(15);
        return new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            Claims = claims,
            IssuedAt = until.AddHours(-1),
            NotBefore = until.AddHours(-1),
            Expires = until,
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(_key) { KeyId = id }, SecurityAlgorithms.EcdsaSha256),
        });
    }

    private object Public()
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        return new { kty = "EC", crv = "P-256", use = "sig", alg = "ES256", kid = id, x = Base64UrlEncoder.Encode(point.X), y = Base64UrlEncoder.Encode(point.Y) };
    }
}
