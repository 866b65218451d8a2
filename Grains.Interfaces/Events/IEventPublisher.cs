using System.Collections.Immutable;
using Buildify.Databases;
using Buildify.Idempotency;

namespace Buildify.Events;

/// <summary>Tells what happened; for grains, handlers and the gateway.</summary>
public interface IEventPublisher
{
    /// <summary>Writes the event in the caller's own transaction: both commit together, or neither does. The tenant is the session's.</summary>
    /// <exception cref="ArgumentException">The event or an option is refused; the message names it.</exception>
    Task<AppendedEvent> Append<TEvent>(TenantSession session, TEvent @event, EventOptions? options = null, CancellationToken cancellation = default)
        where TEvent : IEvent;

    /// <summary>For callers with no transaction: answers once the event is durable.</summary>
    /// <exception cref="ArgumentException">The event or an option is refused; the message names it.</exception>
    /// <exception cref="GroupWriterFullException">The log takes no more for now; try again shortly.</exception>
    Task<AppendedEvent> Publish<TEvent>(string tenant, TEvent @event, EventOptions? options = null, CancellationToken cancellation = default)
        where TEvent : IEvent;

    /// <summary>Events as the gateway has them: by their type's name, with the payload as JSON. Those of one tenant are all written, or none.</summary>
    /// <param name="stamp">Committed with the events; null where the request had no key.</param>
    Task<Outcome<ImmutableArray<AppendedEvent>>> Publish(
        ImmutableArray<NewEvent> events, IdempotencyStamp? stamp = null, CancellationToken cancellation = default);
}

/// <summary>What may be said of an event beside its payload.</summary>
public sealed record EventOptions
{
    /// <summary>Bytes of UTF-8 that a payload may have.</summary>
    public const int MaxPayloadBytes = 262_144;

    /// <summary>Events that may be published together.</summary>
    public const int MaxBatch = 10_000;

    /// <summary>The company's slug; by default the payload's <c>company_id</c> where it has one, else none.</summary>
    public string? CompanyId { get; init; }

    /// <summary>The caller's own id, 1 to 64 of A-Z, a-z, 0-9, <c>_</c> and <c>-</c>: sent again, the event is not written again.</summary>
    public string? EventId { get; init; }

    /// <summary>By default what the type names with <see cref="EventTypeAttribute.OrderingKey"/>, else the company.</summary>
    public string? OrderingKey { get; init; }
}
