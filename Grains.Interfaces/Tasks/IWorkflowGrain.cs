using System.Collections.Immutable;
using Buildify.Idempotency;

namespace Buildify.Tasks;

/// <summary>Starts workflows and looks at them; the platform's (<see cref="GrainKeys.Platform"/>). It holds nothing: they are rows, moved on by who ends their tasks.</summary>
[Alias("buildify.workflow")]
public interface IWorkflowGrain : IGrainWithStringKey
{
    /// <summary>Writes the workflow and the tasks that come first, in one transaction, and answers when they are durable.</summary>
    /// <returns><see cref="FailureCodes.Invalid"/>, with fields as <c>tasks[3].queue</c>; <see cref="FailureCodes.IdempotencyConflict"/>.</returns>
    [Alias("Start")]
    Task<Outcome<StartedWorkflow>> Start(string tenant, NewWorkflow workflow, IdempotencyStamp? stamp);

    /// <summary>Null where there is none, none any more, or it is another tenant's.</summary>
    [Alias("Get")]
    Task<WorkflowView?> Get(Guid id, string tenant);

    /// <summary>What has not begun never does, and what runs is asked to end.</summary>
    /// <returns><see cref="FailureCodes.NotFound"/>, or <see cref="FailureCodes.TaskEnded"/> where it has ended.</returns>
    [Alias("Cancel")]
    Task<Outcome<WorkflowView>> Cancel(Guid id, string tenant);
}

public enum WorkflowKind
{
    /// <summary>One after the other; each finds the result of the one before in its payload's <c>previous</c>.</summary>
    Chain,

    /// <summary>All at the same time.</summary>
    Group,

    /// <summary>A group, and when all have ended a callback that finds their results in its payload's <c>results</c>.</summary>
    Chord,
}

/// <summary>What becomes of a workflow when a task of it ends otherwise than well.</summary>
public enum WorkflowFailurePolicy
{
    /// <summary>The workflow has failed, and what has not begun is cancelled.</summary>
    Stop,

    /// <summary>Its result is null, and all goes on.</summary>
    Continue,
}

public enum WorkflowState
{
    Running,
    Succeeded,
    Failed,
    Cancelled,
}

/// <summary>Where a task stands in its workflow.</summary>
public enum WorkflowStepState
{
    /// <summary>Its turn has not come.</summary>
    Waiting,

    /// <summary>It is enqueued, or runs.</summary>
    Started,

    Succeeded,
    Dead,
    Cancelled,
    Expired,
}

/// <summary>A workflow to be started.</summary>
/// <param name="Tasks">
/// 1 to <see cref="TaskOptions.MaxBatch"/>, in their order, each with its payload an object. Their tenant is the workflow's; they have no unique key.
/// </param>
/// <param name="Callback">Of a chord, and of no other.</param>
[GenerateSerializer, Immutable, Alias("buildify.new-workflow")]
public sealed record NewWorkflow(
    [property: Id(0)] WorkflowKind Kind, [property: Id(1)] ImmutableArray<NewTask> Tasks, [property: Id(2)] NewTask? Callback = null,
    [property: Id(3)] WorkflowFailurePolicy OnFailure = WorkflowFailurePolicy.Stop);

/// <summary>What is answered to who starts one.</summary>
/// <param name="Tasks">The ids of all, in their order, also of those whose turn has not come.</param>
[GenerateSerializer, Immutable, Alias("buildify.started-workflow")]
public sealed record StartedWorkflow(
    [property: Id(0)] Guid Id, [property: Id(1)] WorkflowState State, [property: Id(2)] ImmutableArray<Guid> Tasks, [property: Id(3)] Guid? Callback);

/// <summary>A workflow, as those who look see it.</summary>
/// <param name="Remaining">How many of the tasks have not ended; without the callback.</param>
/// <param name="Error">Why it failed; null where it did not.</param>
[GenerateSerializer, Immutable, Alias("buildify.workflow-view")]
public sealed record WorkflowView(
    [property: Id(0)] Guid Id, [property: Id(1)] WorkflowKind Kind, [property: Id(2)] WorkflowState State,
    [property: Id(3)] WorkflowFailurePolicy OnFailure, [property: Id(4)] int Remaining, [property: Id(5)] string? Error,
    [property: Id(6)] ImmutableArray<WorkflowStep> Tasks, [property: Id(7)] WorkflowStep? Callback,
    [property: Id(8)] DateTimeOffset CreatedAt, [property: Id(9)] DateTimeOffset? FinishedAt);

/// <param name="Id">The task's.</param>
[GenerateSerializer, Immutable, Alias("buildify.workflow-step")]
public sealed record WorkflowStep([property: Id(0)] Guid Id, [property: Id(1)] string Type, [property: Id(2)] WorkflowStepState State);
