using Buildify.Operations;
using Buildify.Tasks;

namespace Buildify.Gateway.Tasks;

/// <summary>The queues, for those who run the platform.</summary>
internal static class TaskQueueHandlers
{
    public static async Task<IResult> List(OperationCall call)
    {
        var page = call.Page;
        if (call.IsRefused(out var refusal)) return refusal;
        if (!Cursor.TryRead<string>(page.Cursor, out var after)) return call.Answer(Cursor.Bad());

        // There are few, and each is asked of its owners anyway.
        var queues = (await call.Within(Queues(call).List())).Where(queue => after is null || string.CompareOrdinal(queue.Name, after) > 0)
            .OrderBy(queue => queue.Name, StringComparer.Ordinal).Take(page.Limit + 1);
        return call.Answer<Page<TaskQueueView>>(Cursor.Page(queues, page, queue => queue.Name));
    }

    public static async Task<IResult> Change(OperationCall call)
    {
        var queue = call.Get<string>("queue");
        var body = await call.Body<TaskQueueChange>();
        if (body.IsRefused(out var refusal, out var change)) return refusal;
        return call.Answer(await call.Within(Queues(call).Change(queue, change)));
    }

    private static ITaskQueuesGrain Queues(OperationCall call) => call.Grains.GetGrain<ITaskQueuesGrain>(GrainKeys.Platform);
}
