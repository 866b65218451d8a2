using Buildify.Events;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Embedded;

/// <summary>
/// Delivers to one subscription until it has everything, and is idle until it is woken. An event whose consumer fails is tried again, with
/// pauses that grow to half a minute, for as long as it takes: the log keeps it.
/// </summary>
internal sealed partial class SubscriptionPump(
    LogSubscription subscription, string tenant, EventPartition partition, LogStreams streams, TimeProvider time, ILogger logger, CancellationToken end)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private EventCursor _cursor = partition.Open(tenant, After(subscription, partition));
    private int _moves = subscription.Place.Moves;
    private int _wakes;
    private int _failures;

    /// <summary>Completes when nothing is being delivered.</summary>
    public Task Idle { get; private set; } = Task.CompletedTask;

    /// <summary>Something came, or the subscription moved.</summary>
    public void Wake()
    {
        if (Interlocked.Increment(ref _wakes) > 1) return;
        // Not the caller's turn, if it is one.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            Idle = Task.Run(Run, CancellationToken.None);
        }
    }

    // One that went back reads what it asked for; any other has all from before this reader began.
    private static long After(LogSubscription subscription, EventPartition partition)
    {
        var position = subscription.Place.Position ?? partition.ReadUpTo;
        return subscription.IsBehind ? position : Math.Max(position, partition.Start);
    }

    private async Task Run()
    {
        int seen;
        do
        {
            seen = Volatile.Read(ref _wakes);
            try
            {
                await DeliverAll();
            }
            catch (OperationCanceledException) when (end.IsCancellationRequested)
            {
                return;
            }
        }
        while (Interlocked.Add(ref _wakes, -seen) > 0);
    }

    private async Task DeliverAll()
    {
        while (!end.IsCancellationRequested && !subscription.IsEnded)
        {
            var moves = subscription.Place.Moves;
            if (moves != _moves) Follow(moves);
            var run = await partition.NextAsync(_cursor, end);
            if (run is null)
            {
                subscription.SetCaughtUp(moves);
                return;
            }

            var delivered = await streams.Deliver(subscription, [.. run.Events.Select(Item)], moves);
            var upTo = delivered.Error is null && delivered.Count == run.Events.Count ? run.UpTo
                : delivered.Count > 0 ? run.Events[delivered.Count - 1].Position
                : _cursor.Position;
            partition.SetDelivered(_cursor, upTo);
            subscription.TryAdvance(upTo, moves);
            if (delivered.Error is null) Succeeded();
            else await Failed(delivered.Error);
        }
        if (subscription.IsEnded) partition.Close(_cursor);
    }

    private void Follow(int moves)
    {
        partition.Close(_cursor);
        _cursor = partition.Open(tenant, After(subscription, partition));
        _moves = moves;
    }

    private void Succeeded()
    {
        if (_failures > 0) Log.Recovered(logger, subscription);
        _failures = 0;
    }

    private async Task Failed(Exception error)
    {
        // Said once, however often it is tried.
        if (_failures == 0) Log.Failed(logger, error, subscription);
        var pause = FirstPause * Math.Pow(2, Math.Min(_failures, 10));
        _failures++;
        await Task.Delay(pause < LongestPause ? pause : LongestPause, time, end);
    }

    private static SequentialItem<object> Item(LoggedEvent @event) => new(@event, new EventSequenceTokenV2(@event.Position));

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "An event could not be delivered to {Subscription}; tried again until it can be")]
        public static partial void Failed(ILogger logger, Exception error, LogSubscription subscription);

        [LoggerMessage(2, LogLevel.Information, "Events are delivered to {Subscription} again")]
        public static partial void Recovered(ILogger logger, LogSubscription subscription);
    }
}
