using System.Diagnostics;
using Buildify.Bench.Tasks;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Bench.Events;

/// <summary>What SQL alone reaches with the log's own table: the bound of whatever keeps its events there.</summary>
internal static class LogBound
{
    /// <summary>As the log's readers do it.</summary>
    public const int Slice = 1_000;

    // As whole as the log's own rows: with a position, so that nobody has to touch them again, and without a NOTIFY.
    private const string InsertRows = """
        INSERT INTO events (id, partition, position, tenant_id, event_type, event_source, ordering_key, payload)
        SELECT id, event_partition('acme'), position, 'acme', $4, 'bench', key, payload::jsonb
        FROM unnest($1::text[], $2::bigint[], $3::text[], $5::text[]) AS event (id, position, payload, key)
        """;

    private const string ReadRows = """
        SELECT id, event_type, event_version, event_source, tenant_id, company_id, ordering_key, payload::text, correlation_id, trace_parent, created_at, position
        FROM events WHERE tenant_id = 'acme' AND position > $1 AND day >= $2 ORDER BY position LIMIT 1000
        """;

    private static long _position;

    /// <summary>Rows a second.</summary>
    /// <param name="rows">Of one transaction.</param>
    public static async Task<double> Insert(BenchOptions options, PostgresServer server, int connections, int rows, string? text)
    {
        await using var database = await server.CreateDatabaseAsync();
        await Durable.Check(database);
        await using var source = Pool(database, connections);
        return await Callers.Rate(options, connections, rows, (_, _) => Insert(source, rows, Happened.Name, keys: 1, text));
    }

    /// <summary>One row, in a transaction of its own.</summary>
    public static Task InsertOne(PostgresDatabase database) => Insert(database.Source, 1, Happened.Name, keys: 1, text: null);

    /// <summary>Writes a log as its owner would have left it.</summary>
    /// <param name="keys">How many ordering keys take turns.</param>
    public static async Task Fill(PostgresDatabase database, string type, int count, int keys)
    {
        await using var source = Pool(database, 1);
        var before = await database.QueryAsync<long>("SELECT last_position FROM event_partitions WHERE id = event_partition('acme')");
        Interlocked.Exchange(ref _position, before);
        for (var at = 0; at < count; at += Slice) await Insert(source, Math.Min(Slice, count - at), type, keys, text: null);
        await database.ExecuteAsync($"""
            UPDATE event_partitions SET epoch = epoch + 1, last_position = {before + count}, last_day = (now() AT TIME ZONE 'UTC')::date WHERE id = event_partition('acme');
            INSERT INTO event_days (partition, day, first_position) VALUES (event_partition('acme'), (now() AT TIME ZONE 'UTC')::date, {before + 1}) ON CONFLICT DO NOTHING;
            ANALYZE events;
            """);
    }

    /// <summary>Rows a second of reading them slice by slice, so many times over, and doing nothing with them.</summary>
    public static async Task<double> Read(PostgresServer server, int count, int times)
    {
        await using var database = await server.CreateDatabaseAsync();
        await Fill(database, Happened.Name, count, keys: 100);
        await using var source = Pool(database, Math.Min(times, 8));
        var start = Stopwatch.GetTimestamp();
        var read = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, times), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (_, _) =>
            Interlocked.Add(ref read, await ReadAll(source)));
        return read / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<long> ReadAll(NpgsqlDataSource source)
    {
        await using var connection = await source.OpenConnectionAsync();
        var (all, last) = (0L, 0L);
        while (true)
        {
            await using var command = new NpgsqlCommand(ReadRows, connection) { Parameters = { new() { Value = last }, new() { Value = DateTime.MinValue, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Date } } };
            await using var reader = await command.ExecuteReaderAsync();
            var rows = 0;
            for (; await reader.ReadAsync(); rows++) last = reader.GetInt64(11);
            all += rows;
            if (rows < Slice) return all;
        }
    }

    private static NpgsqlDataSource Pool(PostgresDatabase database, int connections) => NpgsqlDataSource.Create(
        $"{database.ConnectionString};Maximum Pool Size={connections};Max Auto Prepare=10;Auto Prepare Min Usages=2;Options=-c buildify.quiet=on");

    private static async Task Insert(NpgsqlDataSource source, int rows, string type, int keys, string? text)
    {
        var payload = text is null ? """{"number":1}""" : $$"""{"number":1,"text":"{{text}}"}""";
        var last = Interlocked.Add(ref _position, rows);
        await using var command = source.CreateCommand(InsertRows);
        command.Parameters.Add(new() { Value = Array.ConvertAll(new string[rows], _ => Guid.CreateVersion7().ToString()) });
        command.Parameters.Add(new() { Value = Enumerable.Range(1, rows).Select(number => last - rows + number).ToArray() });
        command.Parameters.Add(new() { Value = Enumerable.Repeat(payload, rows).ToArray() });
        command.Parameters.Add(new() { Value = type });
        command.Parameters.Add(new() { Value = Enumerable.Range(0, rows).Select(number => $"key-{(last + number) % keys}").ToArray() });
        await command.ExecuteNonQueryAsync();
    }
}
