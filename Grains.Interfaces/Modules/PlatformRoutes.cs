using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Buildify.Modules;

/// <summary>The paths that are the platform's own, which no module can have. A test holds every route of the gateway against this list.</summary>
public static class PlatformRoutes
{
    public static ImmutableArray<string> Prefixes { get; } =
    [
        "/alive", "/dashboard", "/dev", "/docs", "/health", "/metrics", "/modules", "/openapi", "/ping", "/ready", "/.well-known", "/api/status",
        .. new[]
        {
            "api-keys", "audit", "auth", "cluster", "companies", "event-prefixes", "event-subjects", "event-subscriptions", "events", "flags", "frontend",
            "invitations", "modules", "roles", "routes", "status", "task-queues", "task-schedules", "task-workflows", "tasks",
            "tenant-modules", "tenants", "users",
        }.Select(name => "/api/v1/" + name),
    ];

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Own =
        Prefixes.ToFrozenSet(StringComparer.OrdinalIgnoreCase).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>No prefix of ours has more parts.</summary>
    private const int MaxParts = 3;

    /// <summary>Whether a request's path is the platform's own; asked by every request.</summary>
    public static bool Owns(ReadOnlySpan<char> path)
    {
        if (path.Length <= 1) return true;
        var end = 0;
        for (var part = 0; part < MaxParts && end < path.Length; part++)
        {
            var next = path[(end + 1)..].IndexOf('/');
            end = next < 0 ? path.Length : end + 1 + next;
            if (Own.Contains(path[..end])) return true;
        }
        return false;
    }

    /// <summary>Whether one of two paths is the other, or is above it.</summary>
    public static bool Overlap(string a, string b) => IsUnder(a, b) || IsUnder(b, a);

    /// <summary>Whether a path is a prefix or below it, segment by segment and whatever the case, as routing compares.</summary>
    public static bool IsUnder(ReadOnlySpan<char> path, ReadOnlySpan<char> prefix)
    {
        prefix = prefix.TrimEnd('/');
        return path.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && (path.Length == prefix.Length || path[prefix.Length] == '/');
    }
}

/// <param name="ApiPrefix">As <c>/api/v1/financial</c>.</param>
/// <param name="IsGrains">Whether its routes are the gateway's own, and not a backend's.</param>
[GenerateSerializer, Immutable, Alias("buildify.module-prefix")]
public sealed record ModulePrefix(
    [property: Id(0)] string Module, [property: Id(1)] string ApiPrefix, [property: Id(2)] bool IsGrains);
