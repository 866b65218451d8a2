using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Buildify.Storage;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Buildify.Identity;

[GrainType("signing-keys")]
internal sealed class SigningKeyGrain : Grain, ISigningKeyGrain
{
    private static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    private readonly Committed<SigningKeysDocument> _keys;
    private readonly TimeProvider _time;
    private SigningCredentials? _signing;

    public SigningKeyGrain([PersistentState("signing_keys")] IPersistentState<SigningKeysDocument> state, TimeProvider time)
    {
        _keys = new Committed<SigningKeysDocument>(this, state);
        _time = time;
    }

    // The key is there before the first call: two calls that interleave cannot make two.
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!_keys.Exists) await _keys.Write(new SigningKeysDocument { Keys = [MakeKey()] });
        var newest = _keys.Value.Keys[0];
        _signing = new SigningCredentials(new ECDsaSecurityKey(Open(newest)) { KeyId = newest.Id }, SecurityAlgorithms.EcdsaSha256);
    }

    public Task<JsonText> GetPublicKeys()
    {
        var keys = _keys.Value.Keys.Select(PublicKey);
        return Task.FromResult(new JsonText(JsonSerializer.Serialize(new { keys })));
    }

    public Task<string> Sign(TokenClaims claims)
    {
        var now = _time.GetUtcNow().UtcDateTime;
        var identity = new ClaimsIdentity([new Claim("sub", claims.Subject), .. claims.Roles.Select(role => new Claim("roles", role))]);
        if (claims.Tenant is not null) identity.AddClaim(new Claim("tenant", claims.Tenant));
        return Task.FromResult(Handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = TokenClaims.Issuer,
            Audience = claims.Audience ?? TokenClaims.Issuer,
            Subject = identity,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddSeconds(claims.LifetimeSeconds),
            SigningCredentials = _signing,
        }));
    }

    private SigningKeyDocument MakeKey()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new(Guid.NewGuid().ToString("N"), Convert.ToBase64String(key.ExportPkcs8PrivateKey()), _time.GetUtcNow());
    }

    private static ECDsa Open(SigningKeyDocument document)
    {
        var key = ECDsa.Create();
        key.ImportPkcs8PrivateKey(Convert.FromBase64String(document.PrivateKey), out _);
        return key;
    }

    // RFC 7518, 6.2.1.
    private static object PublicKey(SigningKeyDocument document)
    {
        using var key = Open(document);
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return new
        {
            kty = "EC",
            crv = "P-256",
            use = "sig",
            alg = SecurityAlgorithms.EcdsaSha256,
            kid = document.Id,
            x = Base64UrlEncoder.Encode(point.X),
            y = Base64UrlEncoder.Encode(point.Y),
        };
    }
}
