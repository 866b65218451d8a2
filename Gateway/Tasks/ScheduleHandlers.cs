using Buildify.Gateway.Answers;
using Buildify.Gateway.Problems;
using Buildify.Operations;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>Tasks that come again and again.</summary>
internal static class ScheduleHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        return call.Answer(await call.Within(call.Grains.GetGrain<IScheduleListGrain>(GrainKeys.Tenant(call.Tenant)).List(page)));
    }

    public static async Task<IResult> Get(OperationCall call) =>
        await call.Within(Schedule(call).Get()) is { } found
            ? Answer.Json(found, revision: found.Revision)
            : Problem.Of(FailureCodes.NotFound, $"There is no schedule '{call.Get<string>("name")}'; GET /api/v1/task-schedules lists them.");

    public static async Task<IResult> Put(OperationCall call)
    {
        var body = await call.Body<ScheduleBody>();
        if (body.IsRefused(out var refusal, out var sent)) return refusal;
        var errors = new List<FieldError>();
        var type = TaskInput.Check(call.Http.RequestServices.GetRequiredService<TaskCatalog>(), "", sent.Type, sent.Payload, member: null, errors);
        if (type is null) return Problem.Of(Failure.Invalid([.. errors]));
        if (TaskInput.Forbid(call.Http, [type]) is { } forbidden) return forbidden;
        var (revision, stale) = await Seen(call);
        if (stale is not null) return stale;
        return Answer.Of(await call.Within(Schedule(call).Put(sent.ToSchedule(type), revision, call.Caller)), put => Answer.Json(put, revision: put.Revision));
    }

    public static async Task<IResult> Delete(OperationCall call)
    {
        if (TaskInput.Forbid(call.Http) is { } forbidden) return forbidden;
        var (revision, refusal) = await Seen(call);
        if (refusal is not null) return refusal;
        return call.Done(await call.Within(Schedule(call).Delete(revision)));
    }

    private static ValueTask<(string? Revision, Problem? Refusal)> Seen(OperationCall call) =>
        Precondition.Read(call.Http, async () => (await call.Within(Schedule(call).Get()))?.Revision);

    private static IScheduleGrain Schedule(OperationCall call) =>
        call.Grains.GetGrain<IScheduleGrain>(GrainKeys.Schedule(call.Tenant, call.Get<string>("name")));
}
