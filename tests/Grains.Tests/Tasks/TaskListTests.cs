using Buildify.Testing.Postgres;
using Npgsql;

namespace Buildify.Tasks;

public sealed class TaskListTests : IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private TaskStore _store = null!;
    private TaskTables _tables = null!;

    public async Task InitializeAsync()
    {
        _database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await _database.ExecuteAsync("SELECT task_history_maintain(30)");
        _store = await TaskStore.Open(_database);
        _tables = new TaskTables(_database.Source);
    }

    public async Task DisposeAsync() => await _database.DisposeAsync();

    [Fact]
    public async Task Tasks_of_all_tables_are_listed_newest_first_and_page_by_page()
    {
        var ids = new List<Guid>();
        for (var second = 0; second < 24; second += 4)
        {
            ids.Add(await _store.Live("acme", second: second));
            ids.Add(await _store.Dead("acme", second: second + 1));
            ids.Add(await _store.Ended("acme", second: second + 2));
            ids.Add(await _store.Ended("acme", type: "test.b", state: "cancelled", second: second + 3, keepDays: 30));
        }
        await _store.Ended("globex", second: 100);
        ids.Reverse();

        var seen = new List<Guid>();
        var before = Guid.AllBitsSet;
        while (await _tables.List("acme", new TaskFilter(), before, take: 5, running: []) is { Count: > 0 } page)
        {
            page.Count.ShouldBeLessThanOrEqualTo(5);
            seen.AddRange(page.Select(task => task.Id));
            before = seen[^1];
        }
        seen.ShouldBe(ids);
    }

    [Fact]
    public async Task Each_state_lists_its_own()
    {
        var expected = new Dictionary<TaskState, Guid[]>
        {
            [TaskState.Queued] = [await _store.Live("acme", state: "waiting", second: 2), await _store.Live("acme", second: 1)],
            [TaskState.Scheduled] = [await _store.Live("acme", state: "scheduled", second: 3)],
            [TaskState.Retrying] = [await _store.Live("acme", state: "scheduled", attempt: 1, second: 4)],
            [TaskState.Dead] = [await _store.Dead("acme", second: 5)],
            [TaskState.Succeeded] = [await _store.Ended("acme", second: 6)],
            [TaskState.Cancelled] = [await _store.Ended("acme", state: "cancelled", second: 7)],
            [TaskState.Expired] = [await _store.Ended("acme", state: "expired", second: 8)],
        };
        foreach (var (state, ids) in expected)
        {
            var found = await List(new TaskFilter(state));
            found.Select(task => task.Id).ShouldBe(ids, state.ToString());
            found.ShouldAllBe(task => task.State == state);
        }
    }

    [Fact]
    public async Task What_runs_is_in_no_list_of_those_that_wait()
    {
        var (running, waiting) = (await _store.Live("acme", second: 1), await _store.Live("acme", second: 2));
        (await _tables.List("acme", new TaskFilter(TaskState.Queued), Guid.AllBitsSet, 10, [running])).ShouldHaveSingleItem().Id.ShouldBe(waiting);
        (await _tables.List("acme", new TaskFilter(), Guid.AllBitsSet, 10, [running])).Count.ShouldBe(2);
    }

    [Fact]
    public async Task Type_and_queue_leave_out_all_others()
    {
        var other = await TaskStore.Open(_database);
        foreach (var store in new[] { _store, other })
        {
            foreach (var type in new[] { "test.a", "test.b" })
            {
                await store.Live("acme", type);
                await store.Dead("acme", type);
                await store.Ended("acme", type);
            }
        }
        var found = await List(new TaskFilter(null, "test.b", other.Queue));
        found.Count.ShouldBe(3);
        found.ShouldAllBe(task => task.Type == "test.b" && task.Queue == other.Queue);
    }

    [Fact]
    public async Task A_task_that_succeeded_has_its_failed_attempts_and_the_last()
    {
        var id = await _store.Ended("acme");
        var task = (await _tables.FindEnded(id, "acme"))!;
        (task.Result!.Value.Text, task.Progress).ShouldBe(("""{"ok": true}""", new TaskProgress(0.4, "page 3")));
        task.Attempts.Select(attempt => (attempt.Number, attempt.Worker, attempt.Error?.Type)).ShouldBe([(1, "w1", "timeout"), (2, "w2", null)]);
        task.Attempts[1].EndedAt.ShouldBe(task.FinishedAt);
    }

    [Fact]
    public async Task A_dead_task_has_its_failed_attempts_and_no_other()
    {
        var id = await _store.Dead("acme");
        var task = (await _tables.FindEnded(id, "acme"))!;
        (task.State, task.CorrelationId, task.Payload.Text).ShouldBe((TaskState.Dead, "c1", """{"dead":  1}"""));
        task.Attempts.Select(attempt => attempt.Error!.Message).ShouldBe(["gone", "gone again"]);
    }

    [Fact]
    public async Task Another_tenant_s_task_is_not_found()
    {
        Guid[] ids = [await _store.Live("acme"), await _store.Dead("acme"), await _store.Ended("acme")];
        foreach (var id in ids)
        {
            (await _tables.FindLive(id, "globex")).ShouldBeNull();
            (await _tables.FindEnded(id, "globex")).ShouldBeNull();
            (await _tables.FindLive(id, "acme") ?? await _tables.FindEnded(id, tenant: null)).ShouldNotBeNull().Id.ShouldBe(id);
        }
    }

    [Fact]
    public async Task A_list_of_what_ended_reads_by_index_alone_whatever_the_statistics_say()
    {
        await _database.ExecuteAsync("""
            INSERT INTO task_history (id, drop_on, state, queue, priority, tenant, type, payload, attempt, max_attempts, run_at, created_at, finished_at)
            SELECT new_task_id(1), current_date + n % 4 + 1, CASE WHEN n % 50 = 0 THEN 'cancelled'::task_end ELSE 'succeeded' END, 'q' || n % 2, 5,
                   CASE WHEN n % 3 = 0 THEN 'globex' ELSE 'acme' END, 'test.' || n % 5, '{}', 1, 5, now(), now(), now()
            FROM generate_series(1, 100000) AS n
            """);
        foreach (var type in new[] { null, "test.3" })
        {
            var plan = await Explain(type);
            plan.ShouldContain("Index");
            plan.ShouldNotContain("Seq Scan on task_history");
            plan.ShouldNotContain("Bitmap");
            // What an index hands over is wanted: only the combinations are looked through for the type.
            plan.Split('\n').Count(line => line.Contains("Rows Removed by Filter", StringComparison.Ordinal)).ShouldBe(type is null ? 0 : 1, plan);
            // Of each of the 20 combinations the newest few, in each partition: far from all the rows.
            Rows(plan).ShouldBeLessThan(10_000, plan);
        }
    }

    private Task<List<TaskView>> List(TaskFilter filter) => _tables.List("acme", filter, Guid.AllBitsSet, take: 100, running: []);

    private async Task<string> Explain(string? type)
    {
        await using var connection = await _database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var settings = new NpgsqlCommand(TaskTables.PlanByIndex, connection)) await settings.ExecuteNonQueryAsync();
        await using var command = new NpgsqlCommand("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, BUFFERS OFF) " + TaskQueries.ListHistory, connection)
        {
            Parameters =
            {
                TaskParameters.Text("tenant", "acme"), TaskParameters.Id("before", Guid.AllBitsSet), TaskParameters.Text("type", type),
                TaskParameters.Text("queue", null), TaskParameters.Text("state", null), TaskParameters.Count("take", 51),
            },
        };
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<string>();
        while (await reader.ReadAsync()) lines.Add(reader.GetString(0));
        return string.Join('\n', lines);
    }

    // "Index Scan using … (actual rows=51.00 loops=20)": what all scans of the indexes read together.
    private static double Rows(string plan) => plan.Split('\n').Where(line => line.Contains("Index", StringComparison.Ordinal) && line.Contains("rows=", StringComparison.Ordinal))
        .Sum(line => Number(line, "rows=") * Number(line, "loops="));

    private static double Number(string line, string before)
    {
        var from = line.IndexOf(before, StringComparison.Ordinal) + before.Length;
        return double.Parse(string.Concat(line.Skip(from).TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.')));
    }
}
