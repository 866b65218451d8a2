using Buildify.Gateway.Answers;
using Buildify.Gateway.Problems;
using Buildify.Operations;
using Buildify.Tasks;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Buildify.Gateway.Tasks;

/// <summary>A tenant's tasks: looked at, waited for, stopped, tried again.</summary>
internal static class TaskHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        var filter = new TaskFilter(call.FindEnum<TaskState>("state"), call.FindText("type"), call.FindText("queue"));
        if (call.IsRefused(out var refusal)) return refusal;
        return call.Answer(await call.Within(Tasks(call).List(filter, page)));
    }

    public static async Task<IResult> Get(OperationCall call)
    {
        var (id, wait) = (call.Get<Guid>("task_id"), call.Get("wait_seconds", 0m));
        if (call.IsRefused(out var refusal)) return refusal;
        // The wait has a bound of its own, and ends when the caller leaves.
        if (wait > 0) call.Http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        var time = call.Http.RequestServices.GetRequiredService<TimeProvider>();
        var task = await call.Grains.WaitForTask(call.Tenant, id, TimeSpan.FromSeconds((double)wait), time, call.Http.RequestAborted);
        return task is null
            ? Problem.Of(FailureCodes.NotFound, $"There is no task '{id}', or none any more; GET /api/v1/tasks lists them.")
            : Answer.Json(task);
    }

    public static async Task<IResult> Cancel(OperationCall call)
    {
        var task = One(call);
        return call.IsRefused(out var refusal) ? refusal : call.Answer(await call.Within(task.Cancel(call.Tenant)));
    }

    public static async Task<IResult> Retry(OperationCall call)
    {
        var task = One(call);
        return call.IsRefused(out var refusal) ? refusal : call.Answer(await call.Within(task.Retry(call.Tenant)));
    }

    public static Task<IResult> RetryDead(OperationCall call) => InBulk(call, (tasks, filter) => tasks.RetryDead(filter));

    public static Task<IResult> PurgeDead(OperationCall call) => InBulk(call, (tasks, filter) => tasks.PurgeDead(filter));

    private static async Task<IResult> InBulk(OperationCall call, Func<ITaskListGrain, TaskFilter, Task<long>> change)
    {
        var body = await call.Body<DeadTasksBody>();
        if (body.IsRefused(out var refusal, out var dead)) return refusal;
        return Answer.Json(new TaskCount(await call.Within(change(Tasks(call), dead.ToFilter()))));
    }

    private static ITaskGrain One(OperationCall call) => call.Grains.GetGrain<ITaskGrain>(GrainKeys.Task(call.Get<Guid>("task_id")));

    private static ITaskListGrain Tasks(OperationCall call) => call.Grains.GetGrain<ITaskListGrain>(GrainKeys.Tenant(call.Tenant));
}
