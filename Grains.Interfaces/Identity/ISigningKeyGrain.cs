namespace Buildify.Identity;

/// <summary>The platform's signing keys (key <see cref="GrainKeys.Platform"/>). The private halves never leave the silos.</summary>
[Alias("buildify.signing-keys")]
public interface ISigningKeyGrain : IGrainWithStringKey
{
    /// <summary>The public keys as a JSON Web Key Set (RFC 7517), made at the first call and kept.</summary>
    [Alias("GetPublicKeys"), AlwaysInterleave]
    Task<JsonText> GetPublicKeys();

    /// <summary>Signs a token (RFC 7519, ES256) for a user.</summary>
    [Alias("Sign"), AlwaysInterleave]
    Task<string> Sign(TokenClaims claims);
}

/// <summary>What a token says. Its issuer is <see cref="Issuer"/>.</summary>
/// <param name="Tenant">In the claim <c>tenant</c>; null for a token that is for none.</param>
/// <param name="Roles">In the claim <c>roles</c>.</param>
/// <param name="LifetimeSeconds">From now until it expires.</param>
/// <param name="Audience">Who is to take it; null for the platform itself. The platform takes none that is for another.</param>
[GenerateSerializer, Immutable, Alias("buildify.token-claims")]
public sealed record TokenClaims(
    [property: Id(0)] string Subject,
    [property: Id(1)] string? Tenant,
    [property: Id(2)] System.Collections.Immutable.ImmutableArray<string> Roles,
    [property: Id(3)] int LifetimeSeconds,
    [property: Id(4)] string? Audience = null)
{
    public const string Issuer = "buildify";

    /// <summary>The role of those who run the platform; it is no tenant's.</summary>
    public const string PlatformAdministrator = "platform_administrator";

    /// <summary>The audience of what the gateway tells a module's own backend about a caller.</summary>
    public static string AudienceOf(string module) => "module:" + module;
}
