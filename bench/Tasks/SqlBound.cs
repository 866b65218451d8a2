using System.Diagnostics;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Bench.Tasks;

/// <summary>What SQL alone reaches on the same server: the bound of every queue that keeps its tasks there.</summary>
internal static class SqlBound
{
    /// <summary>With the columns, the indexes and the checks that the engine's has.</summary>
    public const string TasksTable = "tasks";

    /// <summary>A key and a payload.</summary>
    public const string BareTable = "bare";

    /// <summary>More connections than this commit no more.</summary>
    public const int MaxClients = 32;

    /// <summary>Of one claim.</summary>
    public const int Batch = 500;

    public const string MakeBare = "CREATE TABLE bare (id uuid PRIMARY KEY, payload json NOT NULL)";

    /// <summary>Marks the first that wait as taken, and answers which. Taken is <c>scheduled</c>, which takes a row out of the index of those that wait.</summary>
    public const string Claim = """
        UPDATE tasks SET state = 'scheduled'
        WHERE id = ANY (ARRAY(
            SELECT id FROM tasks WHERE partition = 1 AND state = 'queued' AND position IS NOT NULL AND priority = 5 AND tenant = 'acme' AND type = 'bench.noop'
            ORDER BY position LIMIT 500 FOR UPDATE SKIP LOCKED))
        RETURNING id
        """;

    public const string Delete = "DELETE FROM tasks WHERE id = ANY ($1)";

    private const string InsertTasks = """
        INSERT INTO tasks (id, partition, position, priority, tenant, type, payload, retain, max_attempts)
        SELECT id, 1, position, 5, 'acme', 'bench.noop', payload::json, 'result', 5 FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS task (id, position, payload)
        """;

    private const string InsertBare = "INSERT INTO bare (id, payload) SELECT id, payload::json FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS task (id, position, payload)";

    private static long _position;

    /// <summary>Rows a second.</summary>
    /// <param name="rows">Of one transaction.</param>
    public static async Task<double> Insert(BenchOptions options, PostgresServer server, string table, int connections, int rows, string? text)
    {
        await using var database = await server.CreateDatabaseAsync();
        await Durable.Check(database);
        await database.ExecuteAsync(MakeBare);
        await using var source = Pool(database, connections);
        return await Callers.Rate(options, connections, rows, (_, _) => InsertRows(source, table, rows, text));
    }

    /// <summary>One row, in a transaction of its own.</summary>
    public static Task InsertOne(PostgresDatabase database) => InsertRows(database.Source, TasksTable, 1, text: null);

    /// <summary>Tasks a second, from a table that holds that many, until none is left.</summary>
    public static async Task<double> ClaimAndDelete(PostgresServer server, int connections, int count, string? text)
    {
        await using var database = await server.CreateDatabaseAsync();
        await Fill(database, count, text);
        await using var source = Pool(database, connections);
        var start = Stopwatch.GetTimestamp();
        var taken = await Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => Take(source))));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return taken.Sum() == count ? count / seconds : throw new InvalidOperationException($"{taken.Sum()} of {count} rows were taken.");
    }

    /// <summary>That many tasks, and what the planner wants to know of them: SQL alone is given its best plan.</summary>
    public static async Task Fill(PostgresDatabase database, int count, string? text)
    {
        for (var at = 0; at < count; at += Batch) await InsertRows(database.Source, TasksTable, Math.Min(Batch, count - at), text);
        await database.ExecuteAsync("VACUUM ANALYZE tasks");
    }

    private static NpgsqlDataSource Pool(PostgresDatabase database, int connections) =>
        NpgsqlDataSource.Create($"{database.ConnectionString};Maximum Pool Size={connections};Max Auto Prepare=10;Auto Prepare Min Usages=2");

    private static async Task InsertRows(NpgsqlDataSource source, string table, int rows, string? text)
    {
        var payload = text is null ? "{}" : $$"""{"text":"{{text}}"}""";
        var last = Interlocked.Add(ref _position, rows);
        await using var command = source.CreateCommand(table == TasksTable ? InsertTasks : InsertBare);
        command.Parameters.Add(new() { Value = Array.ConvertAll(new Guid[rows], _ => NewId()) });
        command.Parameters.Add(new() { Value = Enumerable.Range(1, rows).Select(number => last - rows + number).ToArray() });
        command.Parameters.Add(new() { Value = Enumerable.Repeat(payload, rows).ToArray() });
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<int> Take(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        for (var taken = 0; ;)
        {
            var ids = new List<Guid>(Batch);
            await using (var claim = new NpgsqlCommand(Claim, connection))
            {
                await using var reader = await claim.ExecuteReaderAsync();
                while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
            }
            if (ids.Count == 0) return taken;

            await using var delete = new NpgsqlCommand(Delete, connection) { Parameters = { new() { Value = ids } } };
            taken += await delete.ExecuteNonQueryAsync();
        }
    }

    // Of partition 1, which the table's check reads from it.
    private static Guid NewId()
    {
        Span<byte> raw = stackalloc byte[16];
        Guid.CreateVersion7().TryWriteBytes(raw, bigEndian: true, out _);
        (raw[9], raw[10]) = (0, 1);
        return new Guid(raw, bigEndian: true);
    }
}
