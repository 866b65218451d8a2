using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Modules.Manifests;
using Dapper;
using Npgsql;

namespace Buildify.Modules;

/// <summary>The installed modules and what each depends on, as stored.</summary>
internal static class ModuleGraph
{
    public static async Task<IReadOnlyDictionary<string, ModuleNode>> Load(NpgsqlDataSource database)
    {
        await using var connection = await database.OpenConnectionAsync();
        var rows = await connection.QueryAsync<(string Name, string Version, string? DependsOn)>(
            "SELECT name, version, (manifest -> 'depends_on')::text FROM modules WHERE state = 'installed'");
        return rows.ToDictionary(row => row.Name, row => new ModuleNode(row.Name, row.Version, Parse(row.DependsOn)), StringComparer.Ordinal);
    }

    private static ImmutableSortedDictionary<string, string> Parse(string? json) => json is null
        ? ImmutableSortedDictionary<string, string>.Empty
        : JsonSerializer.Deserialize<ImmutableSortedDictionary<string, string>>(json) ?? ImmutableSortedDictionary<string, string>.Empty;
}
