using Buildify.Testing.Postgres;

namespace Buildify.Bench.Tasks;

/// <summary>What a durable commit asks of the server.</summary>
internal static class Durable
{
    private static readonly string[] Settings = ["fsync", "synchronous_commit", "full_page_writes"];

    /// <exception cref="InvalidOperationException">One of them is off, and what is measured would not be what is promised.</exception>
    public static async Task Check(PostgresDatabase database)
    {
        foreach (var setting in Settings)
        {
            if (await database.QueryAsync<string>($"SHOW {setting}") is var value and not "on") throw new InvalidOperationException($"{setting} is {value}.");
        }
    }
}
