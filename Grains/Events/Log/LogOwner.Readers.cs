namespace Buildify.Events.Log;

/// <summary>What readers ask: near the end from memory, further back from the tables.</summary>
internal sealed partial class LogOwner
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(20);

    private TaskCompletionSource? _advanced;

    public async Task<EventSlice> Read(long after, int max, TimeSpan wait, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(after);
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(max, 10_000);
        await WaitBeyond(after, wait, cancellation);
        // Before anything is read: up to here all is committed.
        var head = _seat.LastPosition;
        if (after >= head) return new EventSlice([], after);
        if (after >= _tail.Start)
        {
            var (newest, isWhole) = _tail.Behind(after, max);
            return new EventSlice(newest, isWhole ? head : newest[^1].Position);
        }

        var (events, lostUpTo) = await _tables.Read(after, max);
        // The piece ends by its count or its bytes, or with the log: which of them, the next one tells.
        var upTo = events.Count == 0 ? head : events[^1].Position;
        if (events.Count > 0) lostUpTo = Math.Min(lostUpTo, events[0].Position - 1);
        return new EventSlice([.. events], upTo, lostUpTo > after ? Math.Min(lostUpTo, upTo) : null);
    }

    public async Task<long> Head(long beyond, TimeSpan wait, CancellationToken cancellation = default)
    {
        await WaitBeyond(beyond, wait, cancellation);
        return _seat.LastPosition;
    }

    private async Task WaitBeyond(long position, TimeSpan wait, CancellationToken cancellation)
    {
        if (wait > LongestWait) wait = LongestWait;
        var began = time.GetTimestamp();
        while (_seat.LastPosition <= position && !_hasEnded && !_isBroken && wait - time.GetElapsedTime(began) is var left && left > TimeSpan.Zero)
        {
            _advanced ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await _advanced.Task.WaitAsync(left, time, cancellation);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    private void LetGoOfReaders()
    {
        var waiting = _advanced;
        _advanced = null;
        waiting?.TrySetResult();
    }
}
