using Buildify.Testing.Postgres;

namespace Buildify.Tasks;

[Collection(nameof(Platform))]
public sealed class DeadTaskTests(PlatformFixture platform)
{
    private PostgresDatabase Database => platform.Platform.Database;

    [Fact]
    public async Task A_dead_task_goes_back_whole_with_as_many_attempts_as_it_had_at_first()
    {
        var store = await TaskStore.Open(Database);
        var id = await store.Dead("acme", attempt: 2, maxAttempts: 2);

        (await DeadTasks.Retry(Database.Source, "acme", id)).ShouldBe([store.Partitions[0].Id]);

        (await Database.QueryAsync<long>("SELECT count(*) FROM dead_tasks WHERE id = $1", id)).ShouldBe(0);
        (await Database.RowsAsync("SELECT attempt, max_attempts, doubt, retain::text, payload::text, correlation_id, json_array_length(attempts) FROM tasks WHERE id = $1", id))
            .ShouldHaveSingleItem().ShouldBe([2, 4, (short)0, "everything", """{"dead":  1}""", "c1", 2]);
    }

    [Fact]
    public async Task A_task_that_is_retried_again_gets_its_type_s_attempts()
    {
        var store = await TaskStore.Open(Database);
        var type = PlatformFixture.NewId("test.type");
        await Database.ExecuteAsync("INSERT INTO task_types (name, queue, max_attempts) VALUES ($1, $2, 3)", type, store.Queue);
        var id = await store.Dead("acme", type, attempt: 6, maxAttempts: 6);

        await DeadTasks.Retry(Database.Source, "acme", id);

        (await Database.QueryAsync<int>("SELECT max_attempts FROM tasks WHERE id = $1", id)).ShouldBe(9);
    }

    [Fact]
    public async Task Another_tenant_s_dead_task_stays_dead()
    {
        var store = await TaskStore.Open(Database);
        var id = await store.Dead("acme");
        (await DeadTasks.Retry(Database.Source, "globex", id)).ShouldBeEmpty();
        (await Database.QueryAsync<long>("SELECT count(*) FROM dead_tasks WHERE id = $1", id)).ShouldBe(1);
    }

    [Fact]
    public async Task Of_many_that_retry_a_task_one_does()
    {
        var store = await TaskStore.Open(Database);
        var id = await store.Dead("acme");
        var done = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeadTasks.Retry(Database.Source, "acme", id)));
        done.Sum(partitions => partitions.Count).ShouldBe(1);
    }

    [Fact]
    public async Task A_unique_key_is_held_again_unless_somebody_has_taken_it()
    {
        var store = await TaskStore.Open(Database);
        var (tenant, other) = (PlatformFixture.NewId("t"), Guid.NewGuid());
        var (free, taken) = (await store.Dead(tenant, uniqueKey: "free"), await store.Dead(tenant, uniqueKey: "taken"));
        await Database.ExecuteAsync("INSERT INTO task_unique_keys (tenant, type, key, task_id) VALUES ($1, 'test.a', 'taken', $2)", tenant, other);

        (await DeadTasks.Retry(Database.Source, tenant, free, taken)).Count.ShouldBe(2);

        (await Database.RowsAsync("SELECT key, task_id FROM task_unique_keys WHERE tenant = $1 ORDER BY key", tenant)).Select(row => (row[0], row[1]))
            .ShouldBe([("free", free), ("taken", other)]);
    }

    [Fact]
    public async Task In_bulk_all_that_fit_go_back_and_no_others()
    {
        var (tenant, store, other) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database), await TaskStore.Open(Database));
        await Many(store, tenant, DeadTasks.RowsOfStatement + 500);
        await store.Dead(tenant, "test.b");
        await other.Dead(tenant);

        (await Lists(tenant).RetryDead(new TaskFilter(TaskState.Dead, "test.a", store.Queue))).ShouldBe(DeadTasks.RowsOfStatement + 500);

        (await Database.QueryAsync<long>("SELECT count(*) FROM dead_tasks WHERE tenant = $1", tenant)).ShouldBe(2);
        (await Lists(tenant).RetryDead(new TaskFilter(TaskState.Dead, "test.a", store.Queue))).ShouldBe(0);
    }

    [Fact]
    public async Task In_bulk_all_that_fit_are_deleted_and_no_others()
    {
        var (tenant, store) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database));
        await Many(store, tenant, DeadTasks.RowsOfStatement + 1);
        await store.Dead(tenant, "test.b");
        await store.Dead(tenant + "x");

        (await Lists(tenant).PurgeDead(new TaskFilter(TaskState.Dead, "test.a", Before: DateTimeOffset.UnixEpoch))).ShouldBe(0);
        (await Lists(tenant).PurgeDead(new TaskFilter(TaskState.Dead, "test.a"))).ShouldBe(DeadTasks.RowsOfStatement + 1);

        (await Database.QueryAsync<long>("SELECT count(*) FROM dead_tasks WHERE tenant = $1", tenant)).ShouldBe(1);
        (await Database.QueryAsync<long>("SELECT count(*) FROM dead_tasks WHERE tenant = $1", tenant + "x")).ShouldBe(1);
    }

    private Task<int> Many(TaskStore store, string tenant, int count) => Database.ExecuteAsync("""
        INSERT INTO dead_tasks (id, partition, queue, priority, tenant, type, payload, retain, attempt, max_attempts, run_at, created_at, finished_at)
        SELECT new_task_id($1), $1, $2, 5, $3, 'test.a', '{}', 'result', 1, 1, now(), now(), now() - interval '1 minute' FROM generate_series(1, $4)
        """, store.Partitions[0].Id, store.Queue, tenant, count);

    private ITaskListGrain Lists(string tenant) => platform.Grains.GetGrain<ITaskListGrain>(GrainKeys.Tenant(tenant));
}
