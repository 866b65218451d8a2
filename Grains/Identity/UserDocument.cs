using System.Collections.Immutable;
using Buildify.Storage;

namespace Buildify.Identity;

/// <summary>State <c>user</c>.</summary>
internal sealed record UserDocument : Document
{
    public string Id { get; init; } = "";
    public string Email { get; init; } = "";

    /// <summary>As ASP.NET Core Identity's hasher writes it: PBKDF2 with its salt and its number of rounds.</summary>
    public string PasswordHash { get; init; } = "";

    /// <summary>Roles in the platform itself; those in tenants are the tenants'.</summary>
    public ImmutableArray<string> PlatformRoles { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }
}
