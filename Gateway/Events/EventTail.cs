using System.Collections.Immutable;
using Buildify.Events;

namespace Buildify.Gateway.Events;

/// <summary>A tenant's events from a place on, for as long as somebody asks.</summary>
internal sealed class EventTail(IEventLogGrain log, IEventFeedGrain feed, EventFilter filter, TimeProvider time)
{
    // The log is shared with other tenants: while it grows by theirs alone it is looked through no oftener than this.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private long _after = filter.After;

    // Up to here the log was looked through; nothing new can be before it is longer.
    private long _seen = -1;

    private bool _inVain;

    /// <summary>The next ones; none where the time is up without any.</summary>
    public async Task<ImmutableArray<LoggedEvent>> Next(TimeSpan wait, CancellationToken cancellation)
    {
        if (_seen >= _after)
        {
            if (_inVain) await Task.Delay(Pause, time, cancellation);
            var head = await log.Head(_seen, wait).WaitAsync(cancellation);
            if (head <= _seen)
            {
                _inVain = false;
                return [];
            }
            _seen = head;
        }
        var read = await feed.Read(filter with { After = _after }).WaitAsync(cancellation);
        if (read.Failure is { } failure) throw new InvalidOperationException(failure.Detail);
        var slice = read.Value!;
        // What was full may have more behind it.
        var isAll = slice.Events.Length < filter.Max;
        if (slice.Events is [.., var last]) _after = last.Position;
        if (isAll && slice.UpTo > _after) _after = slice.UpTo;
        _seen = isAll ? Math.Max(_seen, _after) : -1;
        _inVain = slice.Events.IsEmpty;
        return slice.Events;
    }
}
