using System.Text.Json;
using Buildify.Silo.Events;
using Buildify.Tasks.Queues;
using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>A month of days that were never analysed, with rows that wait among them: each statement reads about what it is asked for, and no other day.</summary>
public sealed class LogPlanTests : IAsyncLifetime
{
    private const int Days = 30;
    private const int PerDay = 2_000;
    private const short Partition = 3;

    private PostgresDatabase _database = null!;
    private NpgsqlDataSource _source = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        var keywords = new NpgsqlConnectionStringBuilder(_database.ConnectionString) { Options = EventLogServices.Session };
        _source = NpgsqlDataSource.Create(keywords.ConnectionString);
        await _database.ExecuteAsync(
            $$"""
            DO $fill$
            BEGIN
                FOR age IN REVERSE {{Days - 1}}..0 LOOP
                    EXECUTE format('CREATE TABLE IF NOT EXISTS events_%1$s PARTITION OF events FOR VALUES FROM (%2$L) TO (%3$L)',
                        to_char((now() AT TIME ZONE 'UTC')::date - age, 'YYYYMMDD'), (now() AT TIME ZONE 'UTC')::date - age, (now() AT TIME ZONE 'UTC')::date - age + 1);
                    EXECUTE format('ALTER TABLE events_%s SET (autovacuum_enabled = false)', to_char((now() AT TIME ZONE 'UTC')::date - age, 'YYYYMMDD'));
                    INSERT INTO events (id, day, partition, position, tenant_id, event_type, payload)
                    SELECT age || '-' || n, (now() AT TIME ZONE 'UTC')::date - age, {{Partition}}, CASE WHEN age > 0 OR n < 100 THEN ({{Days - 1}} - age) * {{PerDay}} + n END,
                           't' || n % 5, 'test.thing.happened', '{}'
                    FROM generate_series(1, {{PerDay}}) AS n;
                    INSERT INTO event_days VALUES ({{Partition}}, (now() AT TIME ZONE 'UTC')::date - age, ({{Days - 1}} - age) * {{PerDay}} + 1);
                END LOOP;
                UPDATE event_partitions SET last_position = {{((Days - 1) * PerDay) + 99}}, last_day = (now() AT TIME ZONE 'UTC')::date WHERE id = {{Partition}};
            END
            $fill$
            """);
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task Reading_from_a_position_looks_at_its_day_and_the_next_ones()
    {
        var (rows, days) = await Explain("read_events", Columns.One(Partition), Columns.One(((Days - 3L) * PerDay) + 50), Columns.One(100), Columns.One(1_000_000L));
        rows.ShouldBeLessThan(200);
        // Of the day of the position, the two behind it, and those made ahead.
        days.ShouldBeInRange(3, 6);
    }

    [Fact]
    public async Task A_tenant_s_part_is_read_by_its_index()
    {
        var (rows, days) = await Explain(
            "read_feed", Columns.One(Partition), Columns.One("t1"), Columns.One(((Days - 3L) * PerDay) + 50),
            new() { Value = DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.TimestampTz }, Columns.One(20_000), Text(null), Text(null), Columns.One(100));
        rows.ShouldBeLessThan(200);
        days.ShouldBeInRange(3, 6);
    }

    [Fact]
    public async Task Looking_for_what_waits_reads_no_more_than_it_takes()
    {
        var (rows, days) = await Explain("read_waiting", Columns.One(Partition), Columns.One(Today.AddDays(-1)), Columns.One(500));
        rows.ShouldBeLessThan(600);
        days.ShouldBeLessThan(6);
    }

    [Fact]
    public async Task Placing_reads_what_it_places_whatever_waits_behind_it()
    {
        var seqs = (await _database.QueryAsync<long[]>("SELECT array_agg(seq ORDER BY seq) FROM (SELECT seq FROM events WHERE position IS NULL ORDER BY seq LIMIT 200) AS picked"))!;
        var (rows, days) = await Explain(
            "place_events", Columns.One(Partition), Columns.Array(seqs), Columns.Array(Enumerable.Range(1, seqs.Length).Select(n => 1_000_000L + n).ToArray()),
            Columns.Texts(new string?[seqs.Length]), Columns.One(seqs[0]), Columns.One(seqs[^1]), Columns.One(Today));
        rows.ShouldBeLessThan(2 * seqs.Length);
        days.ShouldBeLessThan(6);
    }

    // The guard can fail: so a day is missed, and a whole month is read.
    [Fact]
    public async Task Without_the_day_the_whole_month_is_looked_at()
    {
        var (_, days) = await ExplainSql("SELECT * FROM events WHERE partition = $1 AND position > $2 ORDER BY position LIMIT 100", Columns.One(Partition), Columns.One(1L));
        days.ShouldBeGreaterThanOrEqualTo(Days);
    }

    private static DateOnly Today => DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    private Task<(double Rows, int Days)> Explain(string statement, params NpgsqlParameter[] parameters) => ExplainSql(EventSql.Of(statement), parameters);

    private async Task<(double Rows, int Days)> ExplainSql(string statement, params NpgsqlParameter[] parameters)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("EXPLAIN (ANALYZE, TIMING off, FORMAT json) " + statement, connection, transaction);
        command.Parameters.AddRange(parameters);
        var plan = JsonSerializer.Deserialize<JsonElement>((string)(await command.ExecuteScalarAsync())!);
        await transaction.RollbackAsync();
        var scans = Scans(plan[0].GetProperty("Plan")).ToList();
        return (scans.Sum(scan => scan.Rows), scans.Count);
    }

    // Of day tables that were looked at at all.
    private static IEnumerable<(string Table, double Rows)> Scans(JsonElement node)
    {
        if (node.TryGetProperty("Plans", out var plans))
        {
            foreach (var scan in plans.EnumerateArray().SelectMany(Scans)) yield return scan;
        }
        if (node.TryGetProperty("Relation Name", out var relation) && relation.GetString()!.StartsWith("events_", StringComparison.Ordinal)
            && node.GetProperty("Node Type").GetString()!.Contains("Scan", StringComparison.Ordinal) && node.GetProperty("Actual Loops").GetDouble() is > 0 and var loops)
        {
            var passedBy = node.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetDouble() : 0;
            yield return (relation.GetString()!, (node.GetProperty("Actual Rows").GetDouble() + passedBy) * loops);
        }
    }

    private static NpgsqlParameter Text(string? value) => new() { Value = value ?? (object)DBNull.Value, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Text };
}
