using System.Collections.Concurrent;
using System.Security.Claims;
using Buildify.Gateway.Identity;
using Buildify.Identity;

namespace Buildify.Gateway.Forwarding;

/// <summary>
/// What the gateway tells a module's own backend about a caller: a short-lived token, signed with the platform's key, which the
/// backend verifies with <c>/.well-known/jwks.json</c>. Its audience is that one module: it opens neither another nor the platform.
/// </summary>
internal sealed class Assertions(IGrainFactory grains, TimeProvider time)
{
    private const int LifetimeSeconds = 120;

    /// <summary>One is used until half of its life is over, so that the backend always has a minute left.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromSeconds(LifetimeSeconds / 2);

    /// <summary>When this many are kept, all are forgotten.</summary>
    private const int MaxKept = 10_000;

    private readonly ConcurrentDictionary<Key, Kept> _kept = new();

    public ValueTask<string> Of(ClaimsPrincipal user, string tenant, string module)
    {
        var roles = string.Join(' ', user.FindAll(Principals.RolesClaim).Select(claim => claim.Value));
        var key = new Key(user.Subject(), tenant, module, roles);
        return _kept.TryGetValue(key, out var kept) && time.GetElapsedTime(kept.At) < KeptFor ? new(kept.Token) : new(Sign(user, key));
    }

    private async Task<string> Sign(ClaimsPrincipal user, Key key)
    {
        var at = time.GetTimestamp();
        var claims = new TokenClaims(
            key.Subject, key.Tenant, [.. user.FindAll(Principals.RolesClaim).Select(claim => claim.Value)], LifetimeSeconds, TokenClaims.AudienceOf(key.Module));
        var token = await grains.GetGrain<ISigningKeyGrain>(GrainKeys.Platform).Sign(claims);
        if (_kept.Count >= MaxKept) _kept.Clear();
        _kept[key] = new(token, at);
        return token;
    }

    private readonly record struct Key(string Subject, string Tenant, string Module, string Roles);

    private readonly record struct Kept(string Token, long At);
}
