using System.Collections.Immutable;
using Buildify.Gateway.Bodies;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>A workflow to be started.</summary>
/// <param name="Tasks">1 to 10,000, in their order.</param>
/// <param name="Callback">Of a chord: gets all results.</param>
/// <param name="OnFailure">What a task that ends otherwise than well does to the others; stop where it is left out.</param>
internal sealed record WorkflowBody(
    WorkflowKind Kind, ImmutableArray<WorkflowTaskBody> Tasks, WorkflowTaskBody? Callback = null,
    WorkflowFailurePolicy OnFailure = WorkflowFailurePolicy.Stop);

/// <summary>One task of a workflow.</summary>
/// <param name="Payload">An object that fits the type, without what the workflow puts in.</param>
/// <param name="Queue">Its type's where it is left out.</param>
/// <param name="Priority">0 to 9; 9 goes first.</param>
/// <param name="DelaySeconds">Counted from when its turn comes.</param>
internal sealed record WorkflowTaskBody(
    string Type, JsonObjectText? Payload = null, string? Queue = null, int? Priority = null, DateTimeOffset? RunAt = null, double? DelaySeconds = null,
    DateTimeOffset? ExpiresAt = null, string? OrderingKey = null, int? MaxAttempts = null, TaskRetention? Retain = null)
{
    private const double MaxDelaySeconds = 315_360_000;

    /// <summary>Checks what is no matter of the type.</summary>
    public void Check(string path, List<FieldError> errors)
    {
        if (Priority is < 0 or > TaskOptions.MaxPriority) errors.Add(new($"{path}.priority", $"must be 0 to {TaskOptions.MaxPriority}"));
        if (MaxAttempts is < 1 or > 100) errors.Add(new($"{path}.max_attempts", "must be 1 to 100"));
        if (DelaySeconds is < 0 or > MaxDelaySeconds) errors.Add(new($"{path}.delay_seconds", "must be 0 to 315,360,000"));
        if (OrderingKey is { Length: 0 or > TaskOptions.MaxKeyLength }) errors.Add(new($"{path}.ordering_key", $"must be 1 to {TaskOptions.MaxKeyLength} characters"));
        if (RunAt is not null && DelaySeconds is not null) errors.Add(new($"{path}.run_at", "does not go together with delay_seconds; send one of them"));
    }

    public NewTask ToTask(string tenant, TaskTypeInfo type, string? correlationId, string? traceParent) =>
        new(tenant, Type, Queue ?? type.About.Queue, Payload?.Json ?? JsonText.EmptyObject)
        {
            Priority = Priority ?? TaskOptions.DefaultPriority,
            MaxAttempts = MaxAttempts ?? type.About.MaxAttempts,
            Retain = Retain ?? TaskRetention.Result,
            RunAt = RunAt,
            DelaySeconds = DelaySeconds,
            ExpiresAt = ExpiresAt,
            OrderingKey = OrderingKey,
            CorrelationId = correlationId,
            TraceParent = traceParent,
        };
}
