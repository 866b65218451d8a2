using System.Collections.Immutable;
using Buildify.Idempotency;

namespace Buildify.Events;

/// <summary>
/// The owner of one partition of the log (<see cref="GrainKeys.EventLog"/>): it alone gives positions, several events in one transaction,
/// and hands what is new to the streams' readers from memory.
/// </summary>
[Alias("buildify.event-log")]
public interface IEventLogGrain : IGrainWithStringKey
{
    /// <summary>Writes events of tenants that are in this partition, all or none, and answers when they are durable.</summary>
    /// <param name="stamp">Committed with the events; null where the request had no key.</param>
    /// <returns>In the order of the events; <see cref="FailureCodes.QueueFull"/> where too much waits to be written.</returns>
    [Alias("Append")]
    Task<Outcome<ImmutableArray<AppendedEvent>>> Append(ImmutableArray<NewEvent> events, IdempotencyStamp? stamp);

    /// <summary>The events behind a position, of all tenants in the partition, in order; payloads as they are in the log.</summary>
    /// <param name="after">0 for the start.</param>
    /// <param name="max">1 to 10,000.</param>
    /// <param name="wait">How long to wait for one where there is none; at most 20 s.</param>
    [Alias("Read")]
    Task<EventSlice> Read(long after, int max, TimeSpan wait, CancellationToken cancellation = default);

    /// <summary>The last position, as soon as it is beyond one, or as it is when the time is up.</summary>
    /// <param name="wait">At most 20 s.</param>
    [Alias("Head")]
    Task<long> Head(long beyond, TimeSpan wait, CancellationToken cancellation = default);

    /// <summary>Somebody else's transaction has put events into the log: look now, and not at the next turn.</summary>
    [Alias("Poke"), OneWay]
    Task Poke();
}

/// <summary>A piece of the log.</summary>
/// <param name="UpTo">Everything up to here is in the piece, or is no longer in the log: where to read on.</param>
/// <param name="LostUpTo">Days were dropped between what was asked for and the first event here: all up to this position. Null where nothing was.</param>
[GenerateSerializer, Immutable, Alias("buildify.event-slice")]
public sealed record EventSlice([property: Id(0)] ImmutableArray<LoggedEvent> Events, [property: Id(1)] long UpTo, [property: Id(2)] long? LostUpTo = null);

/// <summary>One tenant's events, for who looks at them (key: the tenant's). Personal fields are plain.</summary>
[Alias("buildify.event-feed")]
public interface IEventFeedGrain : IGrainWithStringKey
{
    /// <summary>The oldest first; <see cref="EventSlice.UpTo"/> is the place to go on from.</summary>
    [Alias("Read")]
    Task<Outcome<EventSlice>> Read(EventFilter filter);

    /// <summary>Destroys what a person's fields are encrypted with: nobody can read them any more.</summary>
    /// <returns>Whether there was anything.</returns>
    [Alias("EraseSubject")]
    Task<bool> EraseSubject(string subject);

    [Alias("Prefixes")]
    Task<ImmutableArray<EventPrefix>> Prefixes();

    /// <summary>Declares that the tenant sends types under a prefix; again, it is the same.</summary>
    /// <returns>A failure where the prefix is a module's or the platform's, or is none.</returns>
    [Alias("DeclarePrefix")]
    Task<Outcome<EventPrefix>> DeclarePrefix(string prefix);

    [Alias("RemovePrefix")]
    Task<bool> RemovePrefix(string prefix);
}

/// <param name="Pattern">Null for every type.</param>
/// <param name="After">A position; 0 for the start.</param>
/// <param name="Since">Not before this time; null for no such limit.</param>
/// <param name="Max">1 to 1,000.</param>
[GenerateSerializer, Immutable, Alias("buildify.event-filter")]
public sealed record EventFilter(
    [property: Id(0)] string? Pattern, [property: Id(1)] string? CompanyId, [property: Id(2)] DateTimeOffset? Since, [property: Id(3)] long After,
    [property: Id(4)] int Max);

/// <param name="Prefix">One word or more with dots between them: types that begin with it and a dot are the tenant's own.</param>
[GenerateSerializer, Immutable, Alias("buildify.event-prefix")]
public sealed record EventPrefix([property: Id(0)] string Prefix, [property: Id(1)] DateTimeOffset CreatedAt);
