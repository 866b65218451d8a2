using System.Text.Json;
using Buildify.Tasks.Queues;
using Buildify.Testing.Cluster;
using Npgsql;

namespace Buildify.Tasks;

/// <summary>
/// The statistics of <c>tasks</c> are as wrong as they can be: an ANALYZE has met its pages and no row. Every statement of the journal still reads
/// about as many rows as it is given.
/// </summary>
public sealed class PlanTests : IAsyncLifetime
{
    private const int Rows = 20_000;
    private const int Given = 200;

    private PlatformCluster _platform = null!;
    private NpgsqlDataSource _source = null!;
    private Guid[] _ids = [];
    private int _partition;
    private TaskIds _new = null!;

    public async Task InitializeAsync()
    {
        _platform = await PlatformCluster.Launch();
        var keywords = new NpgsqlConnectionStringBuilder(_platform.Database.ConnectionString) { Options = Silo.Tasks.TaskQueueServices.Fences };
        _source = NpgsqlDataSource.Create(keywords.ConnectionString);
        await Execute("ALTER TABLE tasks SET (autovacuum_enabled = false); INSERT INTO task_queues (name) VALUES ('plans'); INSERT INTO task_partitions (queue, number) VALUES ('plans', 0)");
        _partition = await Ask<int>("SELECT id FROM task_partitions WHERE queue = 'plans'");
        _new = new TaskIds(_partition, TimeProvider.System);
        await using var filling = await _source.OpenConnectionAsync();
        await using (var begin = new NpgsqlCommand(
            $"""
            BEGIN;
            INSERT INTO tasks (id, partition, position, priority, tenant, type, payload, retain, max_attempts, state, run_at, ordering_key)
            SELECT new_task_id({_partition}), {_partition}, CASE WHEN n % 10 > 0 THEN n END, 5, 'acme', 'test.work', '{"{}"}', 'result', 5,
                   CASE WHEN n % 10 = 5 THEN 'scheduled' WHEN n % 10 = 6 THEN 'waiting' ELSE 'queued' END::task_state, now(),
                   CASE WHEN n % 10 = 6 THEN 'key ' || n END
            FROM generate_series(1, {Rows}) AS n
            """, filling))
        {
            await begin.ExecuteNonQueryAsync();
        }
        await Execute("ANALYZE tasks");
        await using (var commit = new NpgsqlCommand("COMMIT", filling)) await commit.ExecuteNonQueryAsync();
        (await Ask<float>("SELECT reltuples FROM pg_class WHERE relname = 'tasks'")).ShouldBe(0);
        _ids = await Ask<Guid[]>($"SELECT array_agg(id) FROM (SELECT id FROM tasks WHERE position IS NOT NULL LIMIT {Given}) AS picked");
    }

    public async Task DisposeAsync()
    {
        await _source.DisposeAsync();
        await _platform.DisposeAsync();
    }

    [Theory]
    [InlineData("delete_tasks")]
    [InlineData("end_tasks")]
    [InlineData("retry_tasks")]
    [InlineData("mark_tasks")]
    [InlineData("request_cancel")]
    [InlineData("take_due")]
    [InlineData("take_unseen")]
    [InlineData("promote_ordered")]
    [InlineData("insert_special_tasks")]
    [InlineData("read_lane")]
    [InlineData("read_tasks")]
    public async Task A_statement_reads_about_as_many_rows_as_it_is_given(string statement) =>
        (await RowsRead(JournalSql.Of(statement), [.. Parameters(statement)])).ShouldBeLessThan(4 * 500);

    // The guard can fail: this is the statement that a plain join makes.
    [Fact]
    public async Task A_plain_join_reads_them_all() =>
        (await RowsRead("DELETE FROM tasks AS task USING unnest($1::uuid[]) AS ended (id) WHERE task.id = ended.id", [Columns.Array(_ids)])).ShouldBeGreaterThan(Rows / 2);

    private IEnumerable<NpgsqlParameter> Parameters(string statement)
    {
        var texts = Columns.Texts(new string?[_ids.Length]);
        var numbers = Columns.Array(Enumerable.Repeat(1, _ids.Length).ToArray());
        return statement switch
        {
            "end_tasks" =>
            [
                Columns.Array(_ids), Columns.Texts([.. _ids.Select(_ => "dead")]), texts, numbers, Columns.Times(new DateTime?[_ids.Length]),
                Columns.Times([.. _ids.Select(_ => (DateTime?)DateTime.UnixEpoch)]), Columns.Texts(new string?[_ids.Length]),
                Columns.Texts(new string?[_ids.Length]), Columns.Texts(new string?[_ids.Length]), Columns.One("plans"), Columns.One(30),
            ],
            "retry_tasks" => [Columns.Array(_ids), numbers, Columns.Array(new double[_ids.Length]), texts],
            "mark_tasks" => [Columns.Array(_ids), numbers, Columns.Array(new short[_ids.Length]), texts],
            "take_due" or "take_unseen" => [Columns.One(_partition), Columns.One(1L << 50)],
            "promote_ordered" =>
            [
                Columns.One(_partition), Columns.Texts([.. _ids.Select(_ => "acme")]), Columns.Texts([.. _ids.Select((_, index) => $"key {(index * 10) + 6}")]),
                Columns.One(1L << 50),
            ],
            "insert_special_tasks" =>
            [
                Columns.One(_partition), Columns.Array(Enumerable.Range(0, Given).Select(_ => _new.Next()).ToArray()),
                Columns.Array(new long[Given]), Columns.Array(new short[Given]), Columns.Texts([.. _ids.Select(_ => "acme")]),
                Columns.Texts([.. _ids.Select(_ => "test.work")]), Columns.Texts([.. _ids.Select(_ => "{}")]), Columns.Texts([.. _ids.Select(_ => "result")]),
                numbers, texts, Columns.Texts(new string?[Given]), Columns.Times(new DateTime?[Given]), Columns.Numbers(new double?[Given]),
                Columns.Times(new DateTime?[Given]), Columns.Texts(new string?[Given]), Columns.Texts([.. _ids.Select((_, index) => $"key {(index * 10) + 6}")]),
            ],
            "read_lane" => [Columns.One(_partition), Columns.One((short)5), Columns.One("acme"), Columns.One("test.work"), Columns.One(100L), Columns.One(500)],
            _ => [Columns.Array(_ids)],
        };
    }

    private async Task<double> RowsRead(string statement, NpgsqlParameter[] parameters)
    {
        await using var connection = await _source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("EXPLAIN (ANALYZE, TIMING off, FORMAT json) " + statement, connection, transaction);
        command.Parameters.AddRange(parameters);
        var plan = JsonSerializer.Deserialize<JsonElement>((string)(await command.ExecuteScalarAsync())!);
        await transaction.RollbackAsync();
        return Read(plan[0].GetProperty("Plan"));
    }

    private static double Read(JsonElement node)
    {
        var below = node.TryGetProperty("Plans", out var plans) ? plans.EnumerateArray().Sum(Read) : 0;
        var isOfTasks = node.TryGetProperty("Relation Name", out var relation) && relation.GetString() == "tasks"
            && node.GetProperty("Node Type").GetString()!.Contains("Scan", StringComparison.Ordinal);
        if (!isOfTasks) return below;
        var passedBy = node.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetDouble() : 0;
        return below + ((node.GetProperty("Actual Rows").GetDouble() + passedBy) * node.GetProperty("Actual Loops").GetDouble());
    }

    private async Task Execute(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private async Task<T> Ask<T>(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
