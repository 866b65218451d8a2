using System.Text.Json;

namespace Buildify.Tasks.Workflows;

/// <summary>Which workflows can be started.</summary>
internal static class WorkflowRules
{
    /// <summary>An answer names at most so many errors.</summary>
    private const int MaxErrors = 100;

    public static Failure? Check(NewWorkflow workflow)
    {
        var errors = new List<FieldError>();
        if (workflow.Tasks.IsDefaultOrEmpty) errors.Add(new("tasks", "must have at least one task"));
        else if (workflow.Tasks.Length > TaskOptions.MaxBatch) errors.Add(new("tasks", $"has {workflow.Tasks.Length} tasks; {TaskOptions.MaxBatch} is the most"));
        if (workflow.Kind == WorkflowKind.Chord && workflow.Callback is null) errors.Add(new("callback", "is required of a chord: the task that gets all results"));
        if (workflow.Kind != WorkflowKind.Chord && workflow.Callback is not null)
        {
            errors.Add(new("callback", $"is for a chord; leave it out, or send {(workflow.Kind == WorkflowKind.Group ? "the kind chord" : "it as the last task of the chain")}"));
        }
        if (errors.Count > 0) return Failure.Invalid([.. errors]);

        for (var index = 0; index < workflow.Tasks.Length && errors.Count < MaxErrors; index++)
        {
            CheckTask(workflow.Tasks[index], $"tasks[{index}]", workflow.Kind == WorkflowKind.Chain && index > 0 ? "previous" : null, errors);
        }
        if (workflow.Callback is { } callback) CheckTask(callback, "callback", "results", errors);
        return errors.Count == 0 ? null : Failure.Invalid([.. errors]);
    }

    public static Failure? CheckQueues(NewWorkflow workflow, IReadOnlySet<string> queues)
    {
        var errors = workflow.Tasks.Select((task, index) => (task.Queue, Path: $"tasks[{index}].queue"))
            .Concat(workflow.Callback is { } callback ? [(callback.Queue, "callback.queue")] : [])
            .Where(named => !queues.Contains(named.Queue))
            .Take(MaxErrors)
            .Select(named => new FieldError(named.Path, $"names no queue; {Nearest.Hint(named.Queue, queues)}"));
        return errors.ToArray() is { Length: > 0 } unknown ? Failure.Invalid([.. unknown]) : null;
    }

    // What the workflow puts in is put in as text, so there must be an object, and the member must not be in it.
    private static void CheckTask(NewTask task, string path, string? member, List<FieldError> errors)
    {
        if (task.UniqueKey is not null) errors.Add(new($"{path}.unique_key", "is not for a workflow's tasks, each of which has to run; leave it out"));
        if (task is { RunAt: not null, DelaySeconds: not null }) errors.Add(new($"{path}.run_at", "does not go together with delay_seconds; send one of them"));
        if (System.Text.Encoding.UTF8.GetByteCount(task.Payload.Text) > TaskOptions.MaxPayloadBytes)
        {
            errors.Add(new($"{path}.payload", $"has more than {TaskOptions.MaxPayloadBytes} bytes; put the data into a table, and its key into the payload"));
            return;
        }
        using var payload = task.Payload.Parse();
        if (payload.RootElement.ValueKind != JsonValueKind.Object) errors.Add(new($"{path}.payload", "must be an object"));
        else if (member is not null && payload.RootElement.TryGetProperty(member, out _))
        {
            errors.Add(new($"{path}.payload.{member}", "is put in by the workflow; leave it out"));
        }
    }
}
