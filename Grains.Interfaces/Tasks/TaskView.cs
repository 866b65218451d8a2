using System.Collections.Immutable;

namespace Buildify.Tasks;

/// <summary>Where a task stands.</summary>
public enum TaskState
{
    /// <summary>Its time has not come.</summary>
    Scheduled,

    /// <summary>Ready, and waiting for a worker, a limit, or the task before it of its ordering key.</summary>
    Queued,

    Running,

    /// <summary>It failed and waits for its next attempt.</summary>
    Retrying,

    Succeeded,

    /// <summary>Its attempts are used up, or its failure was a permanent one. It can be retried by hand.</summary>
    Dead,

    Cancelled,

    /// <summary>It was not begun in time.</summary>
    Expired,
}

/// <summary>A task, as those who look see it.</summary>
[GenerateSerializer, Immutable, Alias("buildify.task")]
public sealed record TaskView(
    [property: Id(0)] Guid Id, [property: Id(1)] string Type, [property: Id(2)] string Queue, [property: Id(3)] TaskState State,
    [property: Id(4)] int Priority, [property: Id(5)] JsonText Payload)
{
    /// <summary>How far it is; null where the handler has not said.</summary>
    [Id(6)] public TaskProgress? Progress { get; init; }

    [Id(7)] public JsonText? Result { get; init; }

    /// <summary>In their order; the one under way has no end.</summary>
    [Id(8)] public ImmutableArray<TaskAttempt> Attempts { get; init; } = [];

    [Id(9)] public int MaxAttempts { get; init; }

    [Id(10)] public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it may begin, or might.</summary>
    [Id(11)] public DateTimeOffset RunAt { get; init; }

    [Id(12)] public DateTimeOffset? FinishedAt { get; init; }

    [Id(13)] public string? UniqueKey { get; init; }

    [Id(14)] public string? OrderingKey { get; init; }

    [Id(15)] public string? CorrelationId { get; init; }

    /// <summary>It is running and somebody has cancelled it; its handler has not ended yet.</summary>
    [Id(16)] public bool CancelRequested { get; init; }

    [Id(17)] public Guid? WorkflowId { get; init; }

    [Id(18)] public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Not shown: who asks has to be of it.</summary>
    [Id(19), System.Text.Json.Serialization.JsonIgnore] public string Tenant { get; init; } = "";
}

/// <param name="Fraction">0 to 1.</param>
[GenerateSerializer, Immutable, Alias("buildify.task-progress")]
public sealed record TaskProgress([property: Id(0)] double Fraction, [property: Id(1)] string? Message);

/// <param name="Number">From 1.</param>
/// <param name="EndedAt">Null while it runs.</param>
/// <param name="Error">Null where it runs or did well.</param>
[GenerateSerializer, Immutable, Alias("buildify.task-attempt")]
public sealed record TaskAttempt(
    [property: Id(0)] int Number, [property: Id(1)] DateTimeOffset? StartedAt, [property: Id(2)] DateTimeOffset? EndedAt,
    [property: Id(3)] string? Worker, [property: Id(4)] TaskError? Error);

/// <param name="Type">The exception's class, or <c>worker_lost</c>, <c>timeout</c>, <c>hard_limit</c>.</param>
/// <param name="Message">At most 2,000 characters.</param>
[GenerateSerializer, Immutable, Alias("buildify.task-error")]
public sealed record TaskError([property: Id(0)] string Type, [property: Id(1)] string Message);

/// <summary>What is answered to who enqueues.</summary>
/// <param name="WasThere">A unique key was held: this is the task that holds it.</param>
[GenerateSerializer, Immutable, Alias("buildify.enqueued-task")]
public sealed record EnqueuedTask(
    [property: Id(0)] Guid Id, [property: Id(1)] TaskState State,
    [property: Id(2), System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingDefault)] bool WasThere = false);

/// <summary>A task to be written, with everything decided but its id.</summary>
/// <param name="Tenant">Empty for the platform's own.</param>
/// <param name="Payload">At most <see cref="TaskOptions.MaxPayloadBytes"/> of UTF-8; fits the type.</param>
[GenerateSerializer, Immutable, Alias("buildify.new-task")]
public sealed record NewTask(
    [property: Id(0)] string Tenant, [property: Id(1)] string Type, [property: Id(2)] string Queue, [property: Id(3)] JsonText Payload)
{
    [Id(4)] public int Priority { get; init; } = TaskOptions.DefaultPriority;

    [Id(5)] public int MaxAttempts { get; init; } = 5;

    [Id(6)] public TaskRetention Retain { get; init; } = TaskRetention.Result;

    /// <summary>At most one of this and <see cref="DelaySeconds"/>.</summary>
    [Id(7)] public DateTimeOffset? RunAt { get; init; }

    [Id(8)] public double? DelaySeconds { get; init; }

    [Id(9)] public DateTimeOffset? ExpiresAt { get; init; }

    [Id(10)] public string? UniqueKey { get; init; }

    [Id(11)] public double? UniqueSeconds { get; init; }

    [Id(12)] public string? OrderingKey { get; init; }

    [Id(13)] public string? CorrelationId { get; init; }

    [Id(14)] public string? TraceParent { get; init; }
}

/// <summary>A queue takes no more for now.</summary>
public sealed class TaskQueueFullException(string message, TimeSpan retryAfter) : Exception(message)
{
    public TimeSpan RetryAfter { get; } = retryAfter;
}
