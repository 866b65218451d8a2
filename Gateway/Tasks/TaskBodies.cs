using System.Collections.Immutable;
using Buildify.Gateway.Bodies;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>A task, as it is sent.</summary>
/// <param name="Type">A task type that may be sent from outside.</param>
/// <param name="Payload">What the type takes, at most 256 KiB.</param>
/// <param name="Queue">By default the type's.</param>
/// <param name="Priority">0 to 9; 9 goes first.</param>
/// <param name="RunAt">Not before this time; not together with <c>delay_seconds</c>.</param>
/// <param name="DelaySeconds">Not before this is over.</param>
/// <param name="ExpiresAt">Not begun by then, it never is.</param>
/// <param name="UniqueKey">While a task of the type with this key is unfinished, that one is answered.</param>
/// <param name="OrderingKey">Tasks of the queue with the same key run one at a time, in the order enqueued.</param>
/// <param name="MaxAttempts">1 to 100; by default the type's.</param>
/// <param name="Retain">What is kept of it when it has ended.</param>
internal sealed record TaskBody(
    string Type, JsonObjectText Payload, string? Queue = null, int Priority = TaskOptions.DefaultPriority, DateTimeOffset? RunAt = null,
    double? DelaySeconds = null, DateTimeOffset? ExpiresAt = null, string? UniqueKey = null, string? OrderingKey = null, int? MaxAttempts = null,
    TaskRetention Retain = TaskRetention.Result);

/// <param name="Tasks">1 to 10,000.</param>
internal sealed record TaskBatchBody(ImmutableArray<TaskBody> Tasks);

/// <param name="Tasks">In the order they were sent.</param>
internal sealed record EnqueuedTasks(ImmutableArray<EnqueuedTask> Tasks);

/// <summary>Which dead tasks.</summary>
/// <param name="State">Said, so that nobody takes it for all tasks.</param>
/// <param name="Before">Those that ended before.</param>
internal sealed record DeadTasksBody(DeadState State, string? Type = null, string? Queue = null, DateTimeOffset? Before = null)
{
    public TaskFilter ToFilter() => new(TaskState.Dead, Type, Queue, Before);
}

internal enum DeadState
{
    Dead,
}

internal sealed record TaskCount(long Count);
