using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Buildify.Flags;
using Dapper;
using Npgsql;

namespace Buildify.Directories;

/// <summary>The flags that are there.</summary>
internal static class FlagList
{
    public static async Task<Outcome<Page<Flag>>> Read(NpgsqlDataSource database, PageRequest page)
    {
        if (!Pages.TryPlace(page, out var after)) return Cursor.Bad();
        await using var connection = await database.OpenConnectionAsync();
        // Keys that read as neither a number nor a GUID stand in key, with n0 and n1 zero; a few hundred rows at most.
        var rows = await connection.QueryAsync<Row>(
            """
            SELECT substr(key, 6) AS Name, (payload ->> 'enabled')::bool AS Enabled, (payload ->> 'percentage')::int AS Percentage,
                   payload ->> 'percentage_of' AS PercentageOf,
                   (payload -> 'tenants')::text AS Tenants, (payload -> 'companies')::text AS Companies,
                   payload ->> 'description' AS Description, (payload ->> 'writes')::bigint AS Writes,
                   (payload ->> 'updated_at')::timestamptz AS UpdatedAt, payload ->> 'updated_by' AS UpdatedBy
            FROM grain_state
            WHERE service_id = 'buildify' AND kind = 'flag' AND payload IS NOT NULL AND NOT (payload ->> 'removed')::bool
              AND substr(key, 6) > @after
            ORDER BY substr(key, 6) LIMIT @take
            """,
            new { after, take = page.Limit + 1 });
        return Cursor.Page(rows.Select(row => row.ToFlag()), page, flag => flag.Name);
    }

    private sealed record Row(
        string Name, bool Enabled, int Percentage, string PercentageOf, string Tenants, string Companies, string? Description,
        long Writes, DateTime UpdatedAt, string UpdatedBy)
    {
        public Flag ToFlag() => new(
            Name, Enabled, Percentage, Enum.Parse<FlagUnit>(PercentageOf, ignoreCase: true), Names(Tenants), Names(Companies), Description,
            Writes.ToString(CultureInfo.InvariantCulture), UpdatedAt, UpdatedBy);

        private static ImmutableArray<string> Names(string json) => JsonSerializer.Deserialize<ImmutableArray<string>>(json);
    }
}
