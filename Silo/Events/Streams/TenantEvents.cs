using Buildify.Events;

namespace Buildify.Silo.Events.Streams;

/// <summary>
/// One tenant's stream, in memory: its newest events, and who reads it. Belongs to an <see cref="EventPartition"/>, under its lock.
/// </summary>
/// <param name="completeAfter">Every event behind it was seen.</param>
internal sealed class TenantEvents(string tenant, long completeAfter)
{
    private readonly LinkedList<LoggedEvent> _newest = [];

    public string Tenant => tenant;

    /// <summary>What is behind this position and is not here does not exist.</summary>
    public long CompleteAfter { get; private set; } = completeAfter;

    public long LastSeen { get; private set; }

    public List<EventCursor> Cursors { get; } = [];

    /// <summary>Events came when nobody read: behind this position they count as not delivered. Null where nothing waits like that.</summary>
    public long? AwaitedFrom { get; set; }

    /// <summary>A cursor was opened since the events came.</summary>
    public bool WasOpened { get; set; }

    public void Add(LoggedEvent @event)
    {
        _newest.AddLast(@event);
        LastSeen = @event.Position;
    }

    public LoggedEvent DropOldest()
    {
        var oldest = _newest.First!.Value;
        _newest.RemoveFirst();
        CompleteAfter = oldest.Position;
        return oldest;
    }

    /// <summary>The next events in memory, as many as one delivery holds.</summary>
    public List<LoggedEvent> Next(long after)
    {
        // Most readers want what came last.
        LinkedListNode<LoggedEvent>? first = null;
        for (var node = _newest.Last; node is not null && node.Value.Position > after; node = node.Previous) first = node;
        var (events, bytes) = (new List<LoggedEvent>(), 0L);
        for (; first is not null && events.Count < EventLogSource.MaxRun && bytes < EventLogSource.MaxRunBytes; first = first.Next)
        {
            events.Add(first.Value);
            bytes += first.Value.Payload.Text.Length;
        }
        return events;
    }
}

/// <summary>Events of one tenant that are delivered together.</summary>
/// <param name="UpTo">Up to here there are no others behind where the run begins.</param>
internal sealed record EventRun(IReadOnlyList<LoggedEvent> Events, long UpTo);

/// <summary>One subscription's place in its tenant's stream.</summary>
internal sealed class EventCursor(TenantEvents stream, long position)
{
    public TenantEvents Stream => stream;

    /// <summary>Delivered up to here.</summary>
    public long Position { get; set; } = position;

    /// <summary>Handed out for delivery up to here.</summary>
    public long Given { get; set; } = position;

    /// <summary>Read from the log, and not handed out yet.</summary>
    public EventRun? Fetched { get; set; }

    /// <summary>Completes when what is read from the log is there, or when reading failed.</summary>
    public Task? Fetching { get; set; }

    public bool IsClosed { get; set; }

    public bool IsBehind => Position < Math.Max(stream.LastSeen, stream.CompleteAfter);
}
