using Buildify.Worker.Execution;
using Buildify.Worker.Queues;
using Microsoft.Extensions.Options;

namespace Buildify.Worker;

/// <summary>
/// Takes tasks while the process runs. Registered behind the silo, it stops before it, so that what runs can end and be reported through
/// grains that are still there. Every step of the way out has a limit.
/// </summary>
internal sealed partial class TaskWorkerService(
    QueuePumps pumps, TaskSlots slots, TaskWatch watch, IOptions<TaskWorkerOptions> options, TimeProvider time, ILogger<TaskWorkerService> logger)
    : IHostedService, IAsyncDisposable
{
    /// <summary>From the cancelling of what still runs to its being handed back.</summary>
    public static readonly TimeSpan AfterCancelling = TimeSpan.FromSeconds(2);

    /// <summary>For the last outcomes to be written.</summary>
    public static readonly TimeSpan ForReports = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan ForGoodbyes = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        // Not in the caller's context: what it knows of a request is no task's.
        using (ExecutionContext.SuppressFlow())
        {
            _running = Task.Run(() => Task.WhenAll(pumps.Run(_stop.Token), Quietly(watch.Run(_stop.Token))), CancellationToken.None);
        }
        Log.Started(logger, pumps.Worker.Name, slots.Count, pumps.Worker.Types.Length);
        return Task.CompletedTask;
    }

    /// <param name="cancellationToken">Fired: as if the process were killed, nobody is told anything.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.IsCancellationRequested)
        {
            slots.Drain();
            if (!await Within(slots.Idle, TimeSpan.FromSeconds(options.Value.DrainSeconds), cancellationToken))
            {
                foreach (var (_, run) in slots.Running()) run.Stop(StopReason.Leaving);
                if (!await Within(slots.Idle, AfterCancelling, cancellationToken)) HandBackRunning();
            }
            await Within(pumps.Reported(), ForReports, cancellationToken);
            await Within(pumps.Detach(ForGoodbyes), ForGoodbyes, cancellationToken);
        }
        await End();
    }

    public async ValueTask DisposeAsync()
    {
        await End();
        _stop.Dispose();
    }

    private async Task End()
    {
        if (!_stop.IsCancellationRequested) await _stop.CancelAsync();
        await Within(_running, ForGoodbyes, CancellationToken.None);
    }

    // No attempt is used up: the worker left it, not it the worker.
    private void HandBackRunning()
    {
        foreach (var (slot, run) in slots.Running())
        {
            if (!run.TryEnd(TaskVerdict.Released(), time)) continue;
            Log.Left(logger, run.Id, run.Type);
            slots.TryAbandon(slot, run);
        }
    }

    private async Task<bool> Within(Task task, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await task.WaitAsync(limit, time, cancellation);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }

    private static async Task Quietly(Task watching)
    {
        try
        {
            await watching;
        }
        catch (OperationCanceledException)
        {
            // It was stopped.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "{Worker} takes tasks: {Slots} at a time, of {Types} types")]
        public static partial void Started(ILogger logger, string worker, int slots, int types);

        [LoggerMessage(2, LogLevel.Warning, "Task {Task} ({Type}) still ran when the worker had to leave; it is handed back, and will run again elsewhere")]
        public static partial void Left(ILogger logger, Guid task, string type);
    }
}
