namespace Buildify.Worker.Execution;

/// <summary>
/// The number of activations is no limit of its own: the worker's slots are, and one whose handler blocks its thread for ever must not take
/// another's place.
/// </summary>
[StatelessWorker(MaxActivations)]
internal sealed class TaskExecutorGrain(TaskSlots slots, TaskPipeline pipeline, TimeProvider time) : Grain, ITaskExecutorGrain
{
    private const int MaxActivations = 2 * TaskWorkerOptions.MaxSlots;

    /// <summary>After as many tasks, or as long, the turn goes to others.</summary>
    private const int TasksPerTurn = 64;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    /// <summary>Orleans gives up an activation whose call goes on for hours; a worker that is never idle would have no other.</summary>
    private static readonly TimeSpan LongestCall = TimeSpan.FromMinutes(1);

    public async Task Run()
    {
        if (!slots.TryEnter(out var slot)) return;

        var start = time.GetTimestamp();
        var (turn, count) = (start, 0);
        while (time.GetElapsedTime(start) < LongestCall && slots.Take(slot) is { } run)
        {
            await pipeline.Run(run);
            if (!slots.TryFinish(slot, run)) return;
            if (++count % TasksPerTurn != 0 && time.GetElapsedTime(turn) < Turn) continue;
            await Task.Yield();
            turn = time.GetTimestamp();
        }
        slots.Leave(slot);
    }
}
