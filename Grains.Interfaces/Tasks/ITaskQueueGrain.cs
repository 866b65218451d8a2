using System.Collections.Immutable;
using Buildify.Idempotency;

namespace Buildify.Tasks;

/// <summary>
/// The owner of one partition of a queue (<see cref="GrainKeys.TaskQueue"/>): it alone writes the partition's tasks, several requests in
/// one transaction, and hands what is ready to the workers that ask, from memory.
/// </summary>
[Alias("buildify.task-queue")]
public interface ITaskQueueGrain : IGrainWithStringKey
{
    /// <summary>Writes tasks, all or none, and answers when they are durable.</summary>
    /// <returns>In the order of the tasks; <see cref="FailureCodes.QueueFull"/> where the queue is at its depth limit.</returns>
    [Alias("Enqueue")]
    Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(ImmutableArray<NewTask> tasks, IdempotencyStamp? stamp);

    /// <summary>
    /// A worker's first call, and its next where the owner does not know it: who it is, what it can run, and what it has of this partition.
    /// </summary>
    [Alias("Attach")]
    Task<Attached> Attach(WorkerInfo worker, ImmutableArray<HeldTask> held);

    /// <summary>
    /// Hands in what ended, answered when it is durable, and takes out new tasks; waits a while where there is nothing for either. One
    /// outcome may be handed in more than once.
    /// </summary>
    /// <param name="worker">As in <see cref="WorkerInfo.Name"/>.</param>
    /// <param name="epoch">As <see cref="Attach"/> answered it.</param>
    /// <param name="capacity">How many tasks it takes; 0 to only hand in.</param>
    [Alias("Exchange")]
    Task<Exchanged> Exchange(string worker, long epoch, ImmutableArray<TaskOutcome> outcomes, int capacity);

    /// <summary>Sent once a second: the worker lives, and its tasks are so far. One that is silent for <c>Tasks__WorkerSilenceSeconds</c> (4) is lost.</summary>
    [Alias("Beat")]
    Task<BeatAnswer> Beat(string worker, long epoch, ImmutableArray<TaskBeat> progress);

    /// <summary>The worker is leaving and has nothing left.</summary>
    [Alias("Detach")]
    Task Detach(string worker, long epoch);

    /// <summary>Somebody else has written tasks or changed settings: look now, and not at the next turn.</summary>
    [Alias("Poke"), OneWay]
    Task Poke();

    /// <summary>A task that is not ended; null where it is, or never was, or is another tenant's.</summary>
    /// <param name="tenant">Whose it has to be; null for any.</param>
    [Alias("Find")]
    Task<TaskView?> Find(Guid id, string? tenant);

    /// <summary>Waits for the end of a task that is not ended.</summary>
    /// <param name="timeout">At most 20 s: ask again for more.</param>
    /// <returns>The task as it is then; null where the partition has no such task that is not ended: look where ended ones are.</returns>
    [Alias("Wait")]
    Task<TaskView?> Wait(Guid id, string? tenant, TimeSpan timeout);

    /// <summary>Ends a task that is not running, and asks the handler of a running one to end. Durable when it answers.</summary>
    [Alias("Cancel")]
    Task<Outcome<TaskView>> Cancel(Guid id, string? tenant);

    /// <summary>What runs now, newest first; at most 10,000.</summary>
    [Alias("Running")]
    Task<ImmutableArray<TaskView>> Running(string? tenant);

    [Alias("Stats")]
    Task<PartitionStats> Stats();
}

/// <param name="Name">Names the process, as <c>worker-host-4711-1f3a</c>; a new one each start.</param>
/// <param name="Types">What it can run.</param>
[GenerateSerializer, Immutable, Alias("buildify.worker-info")]
public sealed record WorkerInfo([property: Id(0)] string Name, [property: Id(1)] ImmutableArray<TaskLimits> Types)
{
    /// <summary>How many handlers it runs at a time, of all queues.</summary>
    [Id(2)] public int Slots { get; init; }
}

/// <summary>A type's own limits, in each queue; 0 for none.</summary>
[GenerateSerializer, Immutable, Alias("buildify.task-limits")]
public sealed record TaskLimits(
    [property: Id(0)] string Type, [property: Id(1)] int RateLimit, [property: Id(2)] int Concurrency, [property: Id(3)] bool PublishesEvents = false);

/// <summary>A task that the worker was given by an owner before this one, or whose outcome it has not handed in.</summary>
[GenerateSerializer, Immutable, Alias("buildify.held-task")]
public readonly record struct HeldTask([property: Id(0)] Guid Id, [property: Id(1)] int Attempt, [property: Id(2)] DateTimeOffset StartedAt);

[GenerateSerializer, Immutable, Alias("buildify.attached")]
public sealed record Attached([property: Id(0)] long Epoch);

/// <param name="IsKnown">False where the owner is another than the worker attached to: attach again, and hand in again.</param>
[GenerateSerializer, Immutable, Alias("buildify.exchanged")]
public sealed record Exchanged([property: Id(0)] bool IsKnown, [property: Id(1)] ImmutableArray<TaskAssignment> Tasks)
{
    public static Exchanged Unknown { get; } = new(false, []);

    public static Exchanged Nothing { get; } = new(true, []);
}

/// <summary>One attempt, given to a worker.</summary>
[GenerateSerializer, Immutable, Alias("buildify.task-assignment")]
public sealed record TaskAssignment(
    [property: Id(0)] Guid Id, [property: Id(1)] int Attempt, [property: Id(2)] string Tenant, [property: Id(3)] string Type,
    [property: Id(4)] string Payload)
{
    [Id(5)] public int MaxAttempts { get; init; }

    [Id(6)] public string? CorrelationId { get; init; }

    [Id(7)] public string? TraceParent { get; init; }

    /// <summary>An attempt before may have completed it: ask before the handler is run.</summary>
    [Id(8)] public bool IsDoubtful { get; init; }

    [Id(9)] public DateTimeOffset CreatedAt { get; init; }
}

public enum TaskOutcomeKind
{
    Succeeded,

    /// <summary>Done, and written down by the handler's own transaction.</summary>
    Completed,

    /// <summary>Try again, after <see cref="TaskOutcome.DelaySeconds"/>, if attempts are left.</summary>
    Failed,

    /// <summary>Trying again mends nothing.</summary>
    Dead,

    /// <summary>The handler has ended because it was asked to.</summary>
    Cancelled,

    /// <summary>It could not begin (a circuit is open); try again after <see cref="TaskOutcome.DelaySeconds"/>. No attempt is used up.</summary>
    Postponed,

    /// <summary>It did not begin; somebody else may. No attempt is used up.</summary>
    Released,
}

/// <summary>How one attempt ended.</summary>
[GenerateSerializer, Immutable, Alias("buildify.task-outcome")]
public sealed record TaskOutcome([property: Id(0)] Guid Id, [property: Id(1)] int Attempt, [property: Id(2)] TaskOutcomeKind Kind)
{
    /// <summary>JSON; null for none.</summary>
    [Id(3)] public string? Result { get; init; }

    [Id(4)] public TaskError? Error { get; init; }

    [Id(5)] public double DelaySeconds { get; init; }

    /// <summary>By the worker's clock; for those who look.</summary>
    [Id(6)] public DateTimeOffset StartedAt { get; init; }

    [Id(7)] public DateTimeOffset EndedAt { get; init; }
}

[GenerateSerializer, Immutable, Alias("buildify.task-beat")]
public readonly record struct TaskBeat([property: Id(0)] Guid Id, [property: Id(1)] TaskProgress Progress);

/// <param name="IsKnown">As in <see cref="Exchanged"/>.</param>
/// <param name="Cancelled">Tasks whose handlers are to end.</param>
[GenerateSerializer, Immutable, Alias("buildify.beat-answer")]
public sealed record BeatAnswer([property: Id(0)] bool IsKnown, [property: Id(1)] ImmutableArray<Guid> Cancelled);

/// <summary>How one partition stands.</summary>
/// <param name="Depth">Ready and not running, those behind their ordering key too.</param>
/// <param name="OldestSeconds">How long the oldest ready task has waited; null where none has.</param>
/// <param name="Workers">Names of those that take from it.</param>
[GenerateSerializer, Immutable, Alias("buildify.partition-stats")]
public sealed record PartitionStats(
    [property: Id(0)] long Depth, [property: Id(1)] int Running, [property: Id(2)] long Scheduled, [property: Id(3)] double? OldestSeconds,
    [property: Id(4)] ImmutableArray<string> Workers)
{
    /// <summary>Ended in the last minute, a second.</summary>
    [Id(5)] public double Throughput { get; init; }

    /// <summary>Held in memory, of those that are ready.</summary>
    [Id(6)] public int Window { get; init; }
}
