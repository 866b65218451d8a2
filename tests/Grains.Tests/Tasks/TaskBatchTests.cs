using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Idempotency;
using Buildify.Testing.Postgres;

namespace Buildify.Tasks;

[Collection(nameof(Platform))]
public sealed class TaskBatchTests(PlatformFixture platform)
{
    private PostgresDatabase Database => platform.Platform.Database;

    [Fact]
    public async Task Tasks_of_several_partitions_are_written_in_their_order()
    {
        var (tenant, store) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database, partitions: 3));
        ImmutableArray<PlacedTask> tasks = [.. Enumerable.Range(0, 1000).Select(n => Placed(store, n % 3, tenant, $$"""{"n": {{n}}}"""))];

        var enqueued = (await Batch.Enqueue(tasks, stamp: null)).Value;

        enqueued.ShouldAllBe(task => task.State == TaskState.Queued && !task.WasThere);
        (await Database.RowsAsync("SELECT id, partition, (payload ->> 'n')::int FROM tasks WHERE tenant = $1 ORDER BY id", tenant))
            .Select(row => (row[0], row[1], row[2]))
            .ShouldBe(enqueued.Select((task, n) => ((object?)task.Id, (object?)store.Partitions[n % 3].Id, (object?)n)));
    }

    [Fact]
    public async Task All_that_is_said_of_a_task_is_written()
    {
        var (tenant, store) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database));
        var later = DateTimeOffset.UnixEpoch.AddDays(60_000);
        var task = new NewTask(tenant, "test.a", store.Queue, new JsonText("""{"a":  1.0}"""))
        {
            Priority = 9,
            MaxAttempts = 3,
            Retain = TaskRetention.Everything,
            RunAt = later,
            ExpiresAt = later.AddDays(1),
            UniqueKey = "u",
            UniqueSeconds = 60,
            OrderingKey = "o",
            CorrelationId = "c",
            TraceParent = "p",
        };
        var enqueued = (await Batch.Enqueue([new PlacedTask(store.Partitions[0], task)], stamp: null)).Value.ShouldHaveSingleItem();

        enqueued.State.ShouldBe(TaskState.Scheduled);
        (await Database.RowsAsync("""
            SELECT priority, max_attempts, retain::text, payload::text, run_at, expires_at, unique_key, ordering_key, correlation_id, trace_parent
            FROM tasks WHERE id = $1
            """, enqueued.Id)).ShouldHaveSingleItem()
            .ShouldBe([(short)9, 3, "everything", """{"a":  1.0}""", later.UtcDateTime, later.UtcDateTime.AddDays(1), "u", "o", "c", "p"]);
        (await Database.QueryAsync<bool>("SELECT held_until > now() FROM task_unique_keys WHERE task_id = $1", enqueued.Id)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_unique_key_that_is_held_answers_its_holder_in_the_batch_and_before_it()
    {
        var (tenant, store) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database));
        PlacedTask[] batch = [Unique("a"), Unique("b"), Unique("a")];
        var first = (await Batch.Enqueue([.. batch], stamp: null)).Value;
        first.Select(task => task.WasThere).ShouldBe([false, false, true]);
        first[2].Id.ShouldBe(first[0].Id);

        var second = (await Batch.Enqueue([Unique("b"), Unique("c")], stamp: null)).Value;
        second.Select(task => task.WasThere).ShouldBe([true, false]);
        second[0].ShouldBe(new EnqueuedTask(first[1].Id, TaskState.Queued, WasThere: true));
        (await Database.QueryAsync<long>("SELECT count(*) FROM tasks WHERE tenant = $1", tenant)).ShouldBe(3);

        PlacedTask Unique(string key) => Placed(store, 0, tenant, "{}", task => task with { UniqueKey = key });
    }

    [Fact]
    public async Task A_unique_key_whose_time_is_over_is_free()
    {
        var (tenant, store) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database));
        var task = Placed(store, 0, tenant, "{}", task => task with { UniqueKey = "u", UniqueSeconds = 60 });
        await Batch.Enqueue([task], stamp: null);
        await Database.ExecuteAsync("UPDATE task_unique_keys SET held_until = now() - interval '1 second' WHERE tenant = $1", tenant);
        (await Batch.Enqueue([task], stamp: null)).Value.Single().WasThere.ShouldBeFalse();
    }

    [Fact]
    public async Task One_task_that_cannot_be_written_leaves_none()
    {
        var (tenant, store) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database));
        var bad = Placed(store, 0, tenant, "no JSON");
        await Should.ThrowAsync<Exception>(() => Batch.Enqueue([Placed(store, 0, tenant, "{}", task => task with { UniqueKey = "u" }), bad], stamp: null));
        (await Database.QueryAsync<long>("SELECT (SELECT count(*) FROM tasks WHERE tenant = $1) + (SELECT count(*) FROM task_unique_keys WHERE tenant = $1)", tenant)).ShouldBe(0);
    }

    [Fact]
    public async Task A_key_is_used_once_and_keeps_what_was_answered()
    {
        var (tenant, store) = (PlatformFixture.NewId("t"), await TaskStore.Open(Database));
        var stamp = new IdempotencyStamp($"{tenant}/ada", "k", "f", 201);
        var first = (await Batch.Enqueue([Placed(store, 0, tenant, "{}")], stamp)).Value;

        (await Batch.Enqueue([Placed(store, 0, tenant, "{}")], stamp)).Failure!.Code.ShouldBe(FailureCodes.IdempotencyConflict);

        (await Database.QueryAsync<long>("SELECT count(*) FROM tasks WHERE tenant = $1", tenant)).ShouldBe(1);
        var stored = await Database.QueryAsync<string>("SELECT response::text FROM idempotency_keys WHERE scope = $1", stamp.Scope);
        JsonSerializer.Deserialize<ImmutableArray<EnqueuedTask>>(stored!, BuildifyJson.Options).ShouldBe(first);
    }

    private ITaskBatchGrain Batch => platform.Grains.GetGrain<ITaskBatchGrain>(GrainKeys.Platform);

    private static PlacedTask Placed(TaskStore store, int partition, string tenant, string payload, Func<NewTask, NewTask>? with = null)
    {
        var task = new NewTask(tenant, "test.a", store.Queue, new JsonText(payload));
        return new PlacedTask(store.Partitions[partition], with is null ? task : with(task));
    }
}
