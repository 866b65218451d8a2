using System.Collections.Immutable;
using Buildify.Testing.Cluster;
using Npgsql;

namespace Buildify.Tasks;

/// <summary>A silo with owners of partitions and no worker: tests are the workers. Each test has a queue of its own.</summary>
public sealed class QueueFixture : IAsyncLifetime
{
    private static int _ids;

    public PlatformCluster Platform { get; private set; } = null!;

    public async Task InitializeAsync() => Platform = await PlatformCluster.Launch(settings: [("Tasks:WorkerSilenceSeconds", "2")]);

    public async Task DisposeAsync() => await Platform.DisposeAsync();

    public async Task<TestQueue> NewQueue(string settings = "", string? name = null)
    {
        name ??= $"q{Interlocked.Increment(ref _ids)}";
        await Execute($"INSERT INTO task_queues (name) VALUES ('{name}'); INSERT INTO task_partitions (queue, number) VALUES ('{name}', 0);");
        if (settings.Length > 0) await Execute($"UPDATE task_queues SET {settings} WHERE name = '{name}'");
        return new TestQueue(this, name);
    }

    public async Task Execute(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Platform.Database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    public async Task<T> Ask<T>(string sql)
    {
        await using var source = NpgsqlDataSource.Create(Platform.Database.ConnectionString);
        await using var command = source.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}

/// <summary>A queue of one test's, and the test as its worker.</summary>
public sealed class TestQueue(QueueFixture fixture, string name)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private long _epoch;

    public string Name => name;

    public ITaskQueueGrain Grain => fixture.Platform.Grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue(name, 0));

    public NewTask Task(string payload = "{}", string tenant = "acme", string type = "test.work") => new(tenant, type, name, new JsonText(payload));

    public async Task<Guid> Enqueue(NewTask task) => (await EnqueueAll([task]))[0].Id;

    public async Task<ImmutableArray<EnqueuedTask>> EnqueueAll(ImmutableArray<NewTask> tasks)
    {
        var outcome = await Grain.Enqueue(tasks, stamp: null);
        outcome.Failure.ShouldBeNull();
        return outcome.Value;
    }

    public async Task Attach(string worker = "w1", params string[] types) => _epoch =
        (await Grain.Attach(new WorkerInfo(worker, [.. (types.Length == 0 ? ["test.work"] : types).Select(type => new TaskLimits(type, 0, 0))]), [])).Epoch;

    /// <summary>As a worker of a type whose ends are told.</summary>
    public async Task AttachTelling(string worker = "w1") => _epoch =
        (await Grain.Attach(new WorkerInfo(worker, [new TaskLimits("test.work", 0, 0, PublishesEvents: true), new TaskLimits("test.quiet", 0, 0)]), [])).Epoch;

    public Task<Exchanged> Take(int capacity = 1, string worker = "w1") => Grain.Exchange(worker, _epoch, [], capacity);

    public async Task<TaskAssignment> TakeOne(string worker = "w1")
    {
        while (true)
        {
            var taken = await Take(1, worker).WaitAsync(Patience);
            taken.IsKnown.ShouldBeTrue();
            if (taken.Tasks is [var task]) return task;
        }
    }

    public async Task Report(TaskAssignment task, TaskOutcomeKind kind, string? result = null, double delay = 0, string worker = "w1") =>
        (await Grain.Exchange(worker, _epoch, [Outcome(task, kind, result, delay)], 0)).IsKnown.ShouldBeTrue();

    public static TaskOutcome Outcome(TaskAssignment task, TaskOutcomeKind kind, string? result = null, double delay = 0) =>
        new(task.Id, task.Attempt, kind)
        {
            Result = result,
            DelaySeconds = delay,
            Error = kind is TaskOutcomeKind.Failed or TaskOutcomeKind.Dead ? new TaskError("Oops", "It failed.") : null,
            StartedAt = TimeProvider.System.GetUtcNow(),
            EndedAt = TimeProvider.System.GetUtcNow(),
        };

    public Task Beat(string worker = "w1") => Grain.Beat(worker, _epoch, []);

    public async Task<string> StateOf(Guid id) => await fixture.Ask<string>($"SELECT coalesce((SELECT state FROM task_list WHERE id = '{id}'), 'gone')");
}

[CollectionDefinition("queues")]
public sealed class QueueCollection : ICollectionFixture<QueueFixture>;
