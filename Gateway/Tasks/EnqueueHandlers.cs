using System.Collections.Immutable;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Bodies;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Buildify.Operations;
using Buildify.Tasks;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Buildify.Gateway.Tasks;

/// <summary>Takes tasks in; what is answered is durable.</summary>
internal static class EnqueueHandlers
{
    private const int Slack = 1024 * 1024;

    public static async Task<IResult> One(OperationCall call)
    {
        var body = await call.Body<TaskBody>();
        if (body.IsRefused(out var refusal, out var task)) return refusal;
        return await Enqueue(call, [task], isBatch: false, body.Fingerprint,
            made => Answer.Json(made[0], StatusCodes.Status202Accepted, $"/api/v1/tasks/{made[0].Id}"));
    }

    public static async Task<IResult> Batch(OperationCall call)
    {
        var limit = call.Http.RequestServices.GetRequiredService<IOptions<LimitOptions>>().Value.TaskBatchBytes;
        // The server's own limit is that of other routes. Somewhat more than ours: beyond its own it breaks the connection off, and the answer
        // that says why may not arrive.
        if (call.Http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } server) server.MaxRequestBodySize = limit + Slack;
        var body = await Body.Read<TaskBatchBody>(call.Http, limit, mayNameCompany: false);
        if (body.IsRefused(out var refusal)) return refusal;
        if (body.Value.Tasks.Length is 0 or > TaskOptions.MaxBatch) return Problem.OfField("tasks", $"must have 1 to {TaskOptions.MaxBatch} items");
        return await Enqueue(call, body.Value.Tasks, isBatch: true, body.Fingerprint,
            made => Answer.Json(new EnqueuedTasks(made), StatusCodes.Status202Accepted));
    }

    private static async Task<IResult> Enqueue(
        OperationCall call, ImmutableArray<TaskBody> bodies, bool isBatch, string? fingerprint, Func<ImmutableArray<EnqueuedTask>, IResult> answer)
    {
        var services = call.Http.RequestServices;
        var cancellation = call.Http.RequestAborted;
        var (tasks, refusal) = await services.GetRequiredService<TaskIntake>().Read(call.Http, call.Tenant, bodies, isBatch, cancellation);
        if (refusal is not null) return refusal;

        var client = services.GetRequiredService<ITaskClient>();
        // Not with the request's token: the key's claim holds until the effect is over, whether or not the caller still waits.
        return await services.GetRequiredService<Idempotent>().Create(
            call.Http, call.Tenant, module: null, fingerprint, stamp => client.Enqueue(tasks, stamp, CancellationToken.None), answer);
    }
}
