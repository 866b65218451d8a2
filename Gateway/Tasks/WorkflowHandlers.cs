using System.Collections.Immutable;
using Buildify.Diagnostics;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Problems;
using Buildify.Operations;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>Tasks that belong together.</summary>
internal static class WorkflowHandlers
{
    public static async Task<IResult> Start(OperationCall call)
    {
        var body = await call.Body<WorkflowBody>();
        if (body.IsRefused(out var refusal, out var sent)) return refusal;
        if (Read(call, sent, out var workflow) is { } wrong) return wrong;

        var input = new Input<NewWorkflow>(workflow, Refusal: null, body.Fingerprint);
        return await call.Once<NewWorkflow, StartedWorkflow>(
            input, (value, by) => Workflows(call).Start(call.Tenant, value, by.Stamp), started => $"/api/v1/task-workflows/{started.Id}");
    }

    public static async Task<IResult> Get(OperationCall call)
    {
        var id = call.Get<Guid>("id");
        if (call.IsRefused(out var refusal)) return refusal;
        return await call.Within(Workflows(call).Get(id, call.Tenant)) is { } found
            ? call.Answer<WorkflowView>(found)
            : Problem.Of(FailureCodes.NotFound, $"There is no workflow {id}, or none any more.");
    }

    public static async Task<IResult> Cancel(OperationCall call)
    {
        var id = call.Get<Guid>("id");
        if (call.IsRefused(out var refusal)) return refusal;
        if (TaskInput.Forbid(call.Http) is { } forbidden) return forbidden;
        return call.Answer(await call.Within(Workflows(call).Cancel(id, call.Tenant)));
    }

    private static IWorkflowGrain Workflows(OperationCall call) => call.Grains.GetGrain<IWorkflowGrain>(GrainKeys.Platform);

    // Tells what is wrong with each task; what is wrong with the whole is the grain's to say.
    private static Problem? Read(OperationCall call, WorkflowBody body, out NewWorkflow workflow)
    {
        workflow = null!;
        var (errors, tasks, types) = (new List<FieldError>(), ImmutableArray.CreateBuilder<NewTask>(), new HashSet<TaskTypeInfo>());
        if (body.Tasks.Length > TaskOptions.MaxBatch)
        {
            return Problem.OfField("tasks", $"has {body.Tasks.Length} tasks; {TaskOptions.MaxBatch} is the most");
        }
        for (var index = 0; index < body.Tasks.Length && errors.Count < JsonShape.MaxErrors; index++)
        {
            var member = body.Kind == WorkflowKind.Chain && index > 0 ? "previous" : null;
            if (ReadTask(call, body.Tasks[index], $"tasks[{index}]", member, types, errors) is { } task) tasks.Add(task);
        }
        var callback = body.Callback is { } last ? ReadTask(call, last, "callback", body.Kind == WorkflowKind.Chord ? "results" : null, types, errors) : null;
        if (errors.Count > 0) return Problem.Of(Failure.Invalid([.. errors]));

        workflow = new NewWorkflow(body.Kind, tasks.ToImmutable(), callback, body.OnFailure);
        return TaskInput.Forbid(call.Http, types);
    }

    private static NewTask? ReadTask(
        OperationCall call, WorkflowTaskBody task, string path, string? member, HashSet<TaskTypeInfo> types, List<FieldError> errors)
    {
        var catalog = call.Http.RequestServices.GetRequiredService<TaskCatalog>();
        task.Check(path, errors);
        if (TaskInput.Check(catalog, path, task.Type, task.Payload, member, errors) is not { } type) return null;
        types.Add(type);
        return task.ToTask(call.Tenant, type, CallContext.CorrelationId, CallContext.TraceParent);
    }
}
