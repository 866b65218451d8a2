using System.Collections.Immutable;
using Buildify.Events;

namespace Buildify.Gateway.Events;

/// <summary>A tenant's events from a place on, for as long as somebody asks.</summary>
internal sealed class EventTail(IEventLogGrain log, IEventFeedGrain feed, EventFilter filter, TimeProvider time)
{
    // The log is shared with other tenants: while it grows by theirs alone it is looked through no oftener than this.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private long _after = filter.After;

    // Where the log ended when it was last asked; before, nothing is known of it.
    private long _head;

    // There is nothing new before the log is longer than this; null where there may be.
    private long? _upTo;

    private bool _inVain;

    /// <summary>The next ones; none where the time is up, or where all that is new is somebody else's.</summary>
    public async Task<ImmutableArray<LoggedEvent>> Next(TimeSpan wait, CancellationToken cancellation)
    {
        if (_upTo is { } upTo)
        {
            if (_inVain) await Task.Delay(Pause, time, cancellation);
            _inVain = false;
            _head = await log.Head(upTo, wait, cancellation).WaitAsync(cancellation);
            if (_head <= upTo) return [];
        }
        var read = await feed.Read(filter with { After = _after }).WaitAsync(cancellation);
        if (read.Failure is { } failure) throw new InvalidOperationException(failure.Detail);
        var slice = read.Value!;
        var isFull = slice.Events.Length >= filter.Max;
        // One read looks through so much: what is not full need not be at the log's end.
        var place = isFull ? slice.Events[^1].Position : Math.Max(slice.UpTo, _after);
        var isEnd = !isFull && (place >= _head || place == _after);
        _upTo = isEnd ? Math.Max(place, _head) : null;
        _after = place;
        _inVain = slice.Events.IsEmpty;
        return slice.Events;
    }
}
