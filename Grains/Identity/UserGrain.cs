using Buildify.Storage;
using Microsoft.AspNetCore.Identity;

namespace Buildify.Identity;

[GrainType("user")]
internal sealed class UserGrain : Grain, IUserGrain
{
    private const int TokenLifetimeSeconds = 15 * 60;

    private static readonly PasswordHasher<UserDocument> Hasher = new();

    // Of no password: what is compared for an unknown user, so that refusing one takes as long as refusing a known one.
    private static readonly string UnknownUserHash = Hasher.HashPassword(new UserDocument(), Guid.NewGuid().ToString());

    private readonly Committed<UserDocument> _user;
    private readonly TimeProvider _time;

    public UserGrain([PersistentState("user")] IPersistentState<UserDocument> state, TimeProvider time)
    {
        _user = new Committed<UserDocument>(this, state);
        _time = time;
    }

    public async Task<bool> Bootstrap(string password)
    {
        if (_user.Exists) return false;
        var user = new UserDocument
        {
            Id = Guid.NewGuid().ToString("N"),
            Email = this.GetPrimaryKeyString()["user:".Length..],
            PlatformRoles = [TokenClaims.PlatformAdministrator],
            CreatedAt = _time.GetUtcNow(),
        };
        await _user.Write(user with { PasswordHash = Hasher.HashPassword(user, password) });
        return true;
    }

    public async Task<Outcome<SignedIn>> SignIn(string password, string? tenant)
    {
        var user = _user.Value;
        var hash = _user.Exists ? user.PasswordHash : UnknownUserHash;
        var good = Hasher.VerifyHashedPassword(user, hash, password) != PasswordVerificationResult.Failed;
        if (!_user.Exists || !good)
        {
            DeactivateOnIdle();
            return new Failure(FailureCodes.BadCredentials, "The e-mail address or the password is wrong.");
        }
        // Memberships are not there yet, so nobody but who runs the platform may name a tenant.
        if (tenant is not null && !user.PlatformRoles.Contains(TokenClaims.PlatformAdministrator))
        {
            return new Failure(FailureCodes.BadCredentials, $"This user is no member of tenant '{tenant}'.");
        }
        var claims = new TokenClaims(user.Id, tenant, user.PlatformRoles, TokenLifetimeSeconds);
        var token = await GrainFactory.GetGrain<ISigningKeyGrain>(GrainKeys.Platform).Sign(claims);
        return new SignedIn(user.Id, token, TokenLifetimeSeconds, tenant, user.PlatformRoles);
    }
}
