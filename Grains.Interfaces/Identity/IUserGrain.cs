using System.Collections.Immutable;

namespace Buildify.Identity;

/// <summary>A person who can sign in (<see cref="GrainKeys.User"/>).</summary>
[Alias("buildify.user")]
public interface IUserGrain : IGrainWithStringKey
{
    /// <summary>
    /// Makes the platform's first administrator; changes nothing where the user exists. Returns whether it was made.
    /// </summary>
    [Alias("Bootstrap")]
    Task<bool> Bootstrap(string password);

    /// <summary>
    /// Fails with <see cref="FailureCodes.BadCredentials"/>, in the same words and after the same work whether the user is
    /// unknown or the password is wrong.
    /// </summary>
    /// <param name="tenant">Which tenant the token is for; a platform administrator may leave it out.</param>
    [Alias("SignIn")]
    Task<Outcome<SignedIn>> SignIn(string password, string? tenant);
}

/// <param name="Subject">The user's id, as it stands in tokens and in histories.</param>
/// <param name="AccessToken">A signed JSON Web Token (RFC 7519).</param>
/// <param name="ExpiresInSeconds">How long the token is good for.</param>
[GenerateSerializer, Immutable, Alias("buildify.signed-in")]
public sealed record SignedIn(
    [property: Id(0)] string Subject,
    [property: Id(1)] string AccessToken,
    [property: Id(2)] int ExpiresInSeconds,
    [property: Id(3)] string? Tenant,
    [property: Id(4)] ImmutableArray<string> Roles);

/// <summary>How an e-mail address is written as a key.</summary>
public static class EmailAddress
{
    /// <summary>Trimmed, lower case; what RFC 5321 calls the local part is not case-sensitive at any provider that people use.</summary>
    public static string Normalize(string email) => email.Trim().ToLowerInvariant();
}
