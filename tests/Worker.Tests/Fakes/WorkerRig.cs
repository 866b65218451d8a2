using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Tasks;
using Buildify.Worker.Diagnostics;
using Buildify.Worker.Execution;
using Buildify.Worker.Handlers;
using Buildify.Worker.Queues;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Buildify.Worker.Fakes;

/// <summary>A worker in parts, without a silo: its executors run on the thread pool, its queue is a fake, its clock the test's.</summary>
internal sealed class WorkerRig : ITaskCompletions, IDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ServiceProvider _services = new ServiceCollection().AddSingleton<DisposedHandler.Log>().AddSingleton(TimeProvider.System).BuildServiceProvider();
    private readonly Dictionary<Guid, string?> _completed = [];
    private readonly CancellationTokenSource _stop = new();

    public WorkerRig(Action<TaskWorkerOptions>? configure = null)
    {
        var settings = new TaskWorkerOptions { Slots = 4, AbandonSeconds = 10, DrainSeconds = 30 };
        configure?.Invoke(settings);
        Options = Microsoft.Extensions.Options.Options.Create(settings);
        Handlers = new TaskHandlers(
            [typeof(ScriptHandler), typeof(WhoHandler), typeof(DisposedHandler), typeof(EchoHandler), typeof(SleepHandler), typeof(FailHandler)],
            TaskCatalog.From([typeof(WorkerRig).Assembly]));
        Slots = new TaskSlots(Options, () => Task.Run(() => new TaskExecutorGrain(Slots!, Pipeline!, Time).Run()), Time);
        Metrics = new TaskMetrics(Slots);
        Pipeline = new TaskPipeline(Handlers, this, Metrics, _services, Options, Time, NullLogger<TaskPipeline>.Instance);
        Watch = new TaskWatch(Slots, Pipeline, Time);
        Breakers = new Breakers(Options, Time, NullLogger<Breakers>.Instance);
        Pumps = new QueuePumps(new Owners(Queue), Handlers, Slots, Breakers, Options, Time, NullLogger<QueuePumps>.Instance);
        Service = new TaskWorkerService(Pumps, Slots, Watch, Options, Time, NullLogger<TaskWorkerService>.Instance);
    }

    public TestTime Time { get; } = new();

    public IOptions<TaskWorkerOptions> Options { get; }

    public TaskHandlers Handlers { get; }

    public TaskSlots Slots { get; }

    public TaskMetrics Metrics { get; }

    public TaskPipeline Pipeline { get; }

    public TaskWatch Watch { get; }

    public Breakers Breakers { get; }

    public QueuePumps Pumps { get; }

    public TaskWorkerService Service { get; }

    public FakeQueue Queue { get; } = new();

    public HeldTasks Held { get; } = new("default");

    public int Disposals => _services.GetRequiredService<DisposedHandler.Log>().Count;

    /// <summary>What an earlier run is to have completed; null for a database that is away.</summary>
    public bool CompletionsAreAway { get; set; }

    public void Complete(Guid task, string? result) => _completed.Add(task, result);

    public Task<TaskCompletion?> Find(Guid task, CancellationToken cancellation) => CompletionsAreAway
        ? throw new TimeoutException("away")
        : Task.FromResult(_completed.TryGetValue(task, out var result) ? new TaskCompletion(result) : null);

    public static TaskAssignment Scripted(Func<TaskContext, Task<object?>> script, int attempt = 1) =>
        Assignment("test.script", JsonSerializer.Serialize(new Script(ScriptHandler.Add(script)), BuildifyJson.Options), attempt);

    public static TaskAssignment Assignment(string type, string payload = "{}", int attempt = 1) =>
        new(Guid.CreateVersion7(), attempt, "acme", type, payload) { MaxAttempts = 5 };

    public TaskRun Arrive(TaskAssignment task)
    {
        var run = new TaskRun(task, Held, Breakers, Time.GetTimestamp());
        Held.TryAdd(run).ShouldBeTrue();
        return run;
    }

    /// <summary>Puts a task before the slots; its end is awaited by <see cref="Outcome"/>.</summary>
    public TaskRun Start(TaskAssignment task)
    {
        var run = Arrive(task);
        Slots.Add([run]);
        return run;
    }

    /// <summary>The next outcome.</summary>
    public async Task<TaskOutcome> Outcome()
    {
        var batch = await Held.Take(1, CancellationToken.None).WaitAsync(Patience);
        Held.Confirm(batch);
        return batch.Single();
    }

    public Task<TaskOutcome> Run(TaskAssignment task)
    {
        Start(task);
        return Outcome();
    }

    public Task<TaskOutcome> Run(Func<TaskContext, Task<object?>> script, int attempt = 1) => Run(Scripted(script, attempt));

    /// <summary>Pulls from the fake queue until the rig is disposed.</summary>
    public QueuePump Pump()
    {
        var pump = new QueuePump(
            new TaskPartition(1, "default", 0), Pumps.Worker, Queue, Slots, new Shares(), Breakers, Time, NullLogger.Instance);
        _ = pump.Run(_stop.Token);
        return pump;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
        Metrics.Dispose();
        _services.Dispose();
    }

    private sealed class Owners(FakeQueue queue) : QueueOwners(null!)
    {
        public override Task<ImmutableArray<TaskPartition>> Partitions() => Task.FromResult<ImmutableArray<TaskPartition>>([new TaskPartition(1, "default", 0)]);

        public override ITaskQueueGrain Of(TaskPartition partition) => queue;
    }
}
