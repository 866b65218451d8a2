using System.Collections.Immutable;
using Buildify.Idempotency;

namespace Buildify.Events.Log;

/// <summary>What one caller wants of a flush: all of its events or none; or a look at what others have committed.</summary>
internal sealed class LogWork
{
    /// <summary>As they go into the log.</summary>
    public ImmutableArray<NewEvent> Events { get; init; } = [];

    /// <summary>Of each event: the caller's, or a new one.</summary>
    public string[] Ids { get; init; } = [];

    /// <summary>Of each event, once it is written; 0 where it was there.</summary>
    public long[] Positions { get; init; } = [];

    public IdempotencyStamp? Stamp { get; init; }

    /// <summary>Looks for what others have committed, and places it before anything of its group.</summary>
    public bool IsLook { get; init; }

    /// <summary>Rows of others that were looked for before.</summary>
    public ImmutableArray<WaitingEvent> Waiting { get; init; } = [];

    public int Weight => Math.Max(1, Events.Length);

    public ImmutableArray<AppendedEvent> Answer =>
        [.. Ids.Zip(Positions, static (id, position) => new AppendedEvent(id, position == 0 ? null : position, WasThere: position == 0))];
}

/// <summary>A row that somebody else's transaction has committed.</summary>
/// <param name="Event">As it is there, without a position.</param>
internal sealed record WaitingEvent(LoggedEvent Event, long Seq, DateOnly Day)
{
    /// <summary>Where it has to be changed before readers see it.</summary>
    public JsonText? Protected { get; init; }

    public NewEvent AsNew() => new(Event.Tenant, Event.EventType, Event.Payload, Event.Id)
    {
        EventVersion = Event.EventVersion,
        EventSource = Event.EventSource,
        CompanyId = Event.CompanyId,
        OrderingKey = Event.OrderingKey,
        CorrelationId = Event.CorrelationId,
        TraceParent = Event.TraceParent,
    };
}

/// <summary>An owner's right to write a partition.</summary>
/// <param name="LastDay">Of the row at the last position.</param>
internal sealed record LogSeat(short Partition, long Epoch, long LastPosition, DateOnly LastDay);
