namespace Buildify.Tasks;

/// <summary>Waiting for the end of a task, for longer than one grain call may take.</summary>
public static class TaskWaits
{
    /// <summary>How long one call may wait: well below the runtime's time limit for an answer.</summary>
    public static readonly TimeSpan MaxOfCall = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Whether a task in this state runs no more, unless it is retried by hand.</summary>
    public static bool IsEnd(this TaskState state) => state is TaskState.Succeeded or TaskState.Dead or TaskState.Cancelled or TaskState.Expired;

    /// <summary>The task at its end, or as it is when the time is up; null where there is none.</summary>
    /// <param name="tenant">Whose it has to be; null for any.</param>
    /// <param name="timeout">Zero to only look.</param>
    public static async Task<TaskView?> WaitForTask(
        this IGrainFactory grains, string? tenant, Guid id, TimeSpan timeout, TimeProvider time, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(grains);
        ArgumentNullException.ThrowIfNull(time);
        var grain = grains.GetGrain<ITaskGrain>(GrainKeys.Task(id));
        var end = time.GetUtcNow() + timeout;
        while (true)
        {
            var (now, left) = (time.GetTimestamp(), end - time.GetUtcNow());
            var wait = left > MaxOfCall ? MaxOfCall : left > TimeSpan.Zero ? left : TimeSpan.Zero;
            var task = await grain.Get(tenant, wait).WaitAsync(cancellation);
            if (task is null || task.State.IsEnd() || left <= wait) return task;
            // An owner that is on its way to another silo answers at once; it is not to be asked without a pause.
            if (time.GetElapsedTime(now) < Pause) await Task.Delay(Pause, time, cancellation);
        }
    }
}
