using System.Collections.Immutable;
using Buildify.Events;
using Buildify.Gateway.Fakes;

namespace Buildify.Gateway.Events;

/// <summary>A partition of the log that a test writes to, position by position.</summary>
internal sealed class FakeLog
{
    /// <summary>One read looks at so many.</summary>
    private const int MaxScanned = 300;

    private readonly Lock _lock = new();
    private ImmutableArray<LoggedEvent> _events = [];
    private long _head;
    private TaskCompletionSource _longer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When somebody waits for the log to grow.</summary>
    public SemaphoreSlim Waits { get; } = new(0);

    public void On(FakeGrains grains) => grains
        .On<IEventLogGrain>("Head", (_, arguments) => Head((long)arguments[0]!, (TimeSpan)arguments[1]!))
        .On<IEventFeedGrain>("Read", (_, arguments) => Task.FromResult<Outcome<EventSlice>>(Read((EventFilter)arguments[0]!)));

    /// <param name="events">None: another tenant's was written.</param>
    public void Write(params ImmutableArray<LoggedEvent> events)
    {
        lock (_lock)
        {
            _events = [.. _events, .. events];
            _head = events.IsEmpty ? _head + 1 : events[^1].Position;
            _longer.SetResult();
            _longer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Ends all waiting as if its time were up.</summary>
    public void TimeIsUp()
    {
        lock (_lock)
        {
            _longer.SetResult();
            _longer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private async Task<long> Head(long beyond, TimeSpan wait)
    {
        Task longer;
        lock (_lock)
        {
            if (_head > beyond || wait == TimeSpan.Zero) return _head;
            longer = _longer.Task;
        }
        Waits.Release();
        await longer;
        lock (_lock) return _head;
    }

    private EventSlice Read(EventFilter filter)
    {
        var pattern = filter.Pattern is null ? null : EventPattern.Parse(filter.Pattern);
        lock (_lock)
        {
            var scanned = _events.Where(one => one.Position > filter.After).Take(MaxScanned).ToList();
            ImmutableArray<LoggedEvent> found =
            [
                .. scanned.Where(one => pattern?.Matches(one.EventType) != false && (filter.CompanyId ?? one.CompanyId) == one.CompanyId)
                    .Take(filter.Max),
            ];
            return new EventSlice(found, found.Length == filter.Max ? found[^1].Position : scanned.Count == MaxScanned ? scanned[^1].Position : _head);
        }
    }
}
