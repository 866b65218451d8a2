using System.Collections.Immutable;
using Buildify.Testing.Postgres;

namespace Buildify.Tasks;

[Collection(nameof(Platform))]
public sealed class TaskQueueSettingsTests(PlatformFixture platform)
{
    private PostgresDatabase Database => platform.Platform.Database;

    [Fact]
    public async Task What_is_named_is_changed_and_the_rest_stays()
    {
        var store = await TaskStore.Open(Database, partitions: 2);
        await Queues.Change(store.Queue, new TaskQueueChange { RateLimit = 10, TenantConcurrency = 2 });
        var weights = ImmutableDictionary<string, int>.Empty.Add("acme", 7);

        var changed = (await Queues.Change(store.Queue, new TaskQueueChange { Paused = true, TenantWeights = weights })).Value!;

        (changed.Paused, changed.RateLimit, changed.Concurrency, changed.TenantConcurrency, changed.Partitions).ShouldBe((true, 10, null, 2, 2));
        changed.TenantWeights.ShouldBe(weights);
        (await Database.QueryAsync<long>("SELECT revision FROM task_queues WHERE name = $1", store.Queue)).ShouldBe(3);
    }

    [Fact]
    public async Task A_limit_of_0_takes_it_away()
    {
        var store = await TaskStore.Open(Database);
        await Queues.Change(store.Queue, new TaskQueueChange { RateLimit = 10 });
        (await Queues.Change(store.Queue, new TaskQueueChange { RateLimit = 0 })).Value!.RateLimit.ShouldBeNull();
    }

    [Fact]
    public async Task What_is_out_of_its_bounds_is_told_and_changes_nothing()
    {
        var store = await TaskStore.Open(Database);
        var weights = ImmutableDictionary<string, int>.Empty.Add("acme", 101).Add("No Tenant", 1);
        var failure = (await Queues.Change(store.Queue, new TaskQueueChange { Paused = true, RateLimit = -1, Concurrency = 1_000_001, TenantWeights = weights })).Failure!;
        failure.Errors.Select(error => error.Field).ShouldBe(["rate_limit", "concurrency", "tenant_weights.acme", "tenant_weights.No Tenant"], ignoreOrder: true);
        (await Database.QueryAsync<bool>("SELECT paused FROM task_queues WHERE name = $1", store.Queue)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_queue_that_is_not_there_is_told_the_nearest()
    {
        var store = await TaskStore.Open(Database);
        var failure = (await Queues.Change(store.Queue + "x", new TaskQueueChange { Paused = true })).Failure!;
        failure.Code.ShouldBe(FailureCodes.NotFound);
        failure.Detail.ShouldContain("did you mean");
    }

    [Fact]
    public async Task Queues_have_their_dead_counted_and_partitions_are_told()
    {
        var store = await TaskStore.Open(Database, partitions: 3);
        await store.Dead("acme");
        await store.Dead("globex");
        (await Queues.Get(store.Queue))!.Dead.ShouldBe(2);
        (await Queues.List()).Single(queue => queue.Name == store.Queue).Dead.ShouldBe(2);
        (await Queues.Partitions()).Where(partition => partition.Queue == store.Queue).ShouldBe(store.Partitions);
        (await Queues.Get("none")).ShouldBeNull();
    }

    private ITaskQueuesGrain Queues => platform.Grains.GetGrain<ITaskQueuesGrain>(GrainKeys.Platform);
}
