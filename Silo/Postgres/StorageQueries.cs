using Npgsql;

namespace Buildify.Silo.Postgres;

/// <summary>The statements that <c>orleansquery</c> has for grain state.</summary>
internal sealed record StorageQueries(string Read, string Write, string Clear)
{
    private const string LoadSql =
        "SELECT querykey, querytext FROM orleansquery WHERE querykey IN ('ReadFromStorageKey', 'WriteToStorageKey', 'ClearStorageKey')";

    public static async Task<StorageQueries> LoadAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand(LoadSql);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var texts = new Dictionary<string, string>();
        while (await reader.ReadAsync(cancellation))
            texts.Add(reader.GetString(0), reader.GetString(1));
        return new(texts["ReadFromStorageKey"], texts["WriteToStorageKey"], texts["ClearStorageKey"]);
    }
}
