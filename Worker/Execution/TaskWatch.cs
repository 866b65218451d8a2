namespace Buildify.Worker.Execution;

/// <summary>
/// Looks at everything a worker has, ten times a second, in place of a timer for each task: cancels those whose time is up, gives up those
/// that do not heed it, and hands back what waits too long for a slot.
/// </summary>
internal sealed class TaskWatch(TaskSlots slots, TaskPipeline pipeline, TimeProvider time)
{
    /// <summary>How far a limit may be passed, at the most.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    /// <summary>A task that waits here for longer is one that another worker could have begun.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LostCall = TimeSpan.FromSeconds(5);

    public async Task Run(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stop)) Look();
    }

    public void Look()
    {
        foreach (var (slot, run) in slots.Running())
        {
            if (run.Limit is not { } limit) continue;
            var elapsed = time.GetElapsedTime(run.BegunAt);
            if (elapsed >= limit) run.Stop(StopReason.Timeout);
            if (elapsed < limit + pipeline.AbandonAfter) continue;
            pipeline.Abandon(run);
            slots.TryAbandon(slot, run);
        }
        slots.HandBack(LongestWait);
        slots.ForgetLostCalls(LostCall);
        slots.Call();
    }
}
