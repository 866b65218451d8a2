using System.Collections.Immutable;
using Dapper;
using Npgsql;

namespace Buildify.Modules;

/// <summary>Which path is whose: the gateway finds a request's module by it, so no two may lie in each other.</summary>
internal static class ApiPrefixes
{
    /// <summary>The installed modules' first: what is left of a failed one takes nothing from them.</summary>
    public static async Task<ImmutableArray<ModulePrefix>> Load(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(string Module, string ApiPrefix, bool IsGrains)>(
            """
            SELECT name,
                   coalesce(manifest #>> '{backend,api_prefix}', '/api/v1/' || name),
                   coalesce(manifest #>> '{backend,type}', 'grains') = 'grains'
            FROM modules ORDER BY state = 'installed' DESC, name
            """);
        return [.. rows.Select(row => new ModulePrefix(row.Module, row.ApiPrefix, row.IsGrains))];
    }

    /// <summary>Null where the module can have its prefix.</summary>
    public static FieldError? Check(string module, string prefix, IEnumerable<ModulePrefix> others)
    {
        if (PlatformRoutes.Prefixes.FirstOrDefault(own => PlatformRoutes.Overlap(own, prefix)) is { } taken)
        {
            return new("backend.api_prefix", $"'{prefix}' is the platform's own path, or lies in one ({taken}); choose another, as /api/v1/my-{module}");
        }
        return others.FirstOrDefault(other => other.Module != module && PlatformRoutes.Overlap(other.ApiPrefix, prefix)) is { } other
            ? new("backend.api_prefix", $"'{prefix}' and {other.ApiPrefix} of module '{other.Module}' lie in each other; choose another")
            : null;
    }
}
