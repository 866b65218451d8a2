using System.Collections.Immutable;
using Buildify.Databases;
using Buildify.Idempotency;

namespace Buildify.Events;

/// <summary>Publishes by the owner of the log's partition, or in the caller's transaction.</summary>
internal sealed class EventPublisher(IGrainFactory grains, EventCatalog catalog) : IEventPublisher
{
    public async Task<AppendedEvent> Append<TEvent>(
        TenantSession session, TEvent @event, EventOptions? options = null, CancellationToken cancellation = default)
        where TEvent : IEvent
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(@event);
        // The tenant is what the session says, in SQL.
        var (id, tenant) = await EventSessions.Append(session, EventEnvelope.Of(catalog.Of(@event.GetType()), tenant: "", @event, options), cancellation);
        session.AfterCommit(() => grains.PokeEventLogs([EventPlacement.Of(tenant)]));
        return new AppendedEvent(id, Position: null);
    }

    public async Task<AppendedEvent> Publish<TEvent>(
        string tenant, TEvent @event, EventOptions? options = null, CancellationToken cancellation = default)
        where TEvent : IEvent
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (!Slug.IsValid(tenant)) throw new ArgumentException($"A tenant's id {Slug.Rule}.", nameof(tenant));
        var outcome = await Write([EventEnvelope.Of(catalog.Of(@event.GetType()), tenant, @event, options)], stamp: null, cancellation);
        return outcome.Failure switch
        {
            null => outcome.Value[0],
            { Code: FailureCodes.QueueFull } full => throw new GroupWriterFullException(full.Detail),
            { Code: FailureCodes.Invalid, Errors: [var error, ..] } => throw new ArgumentException($"{error.Field} {error.Message}.", nameof(@event)),
            var failure => throw new InvalidOperationException(failure.Detail),
        };
    }

    public async Task<Outcome<ImmutableArray<AppendedEvent>>> Publish(
        ImmutableArray<NewEvent> events, IdempotencyStamp? stamp = null, CancellationToken cancellation = default)
    {
        if (events.IsDefaultOrEmpty) return ImmutableArray<AppendedEvent>.Empty;
        if (events.Length > EventOptions.MaxBatch) return Failure.Invalid(new FieldError("events", $"must have at most {EventOptions.MaxBatch} items"));
        ImmutableArray<FieldError> wrong = [.. events.SelectMany((made, index) => EventRules.Check(made).Select(error => events.Length == 1 ? error : error with { Field = $"events[{index}].{error.Field}" }))];
        return wrong.IsEmpty ? await Write(events, stamp, cancellation) : Failure.Invalid(wrong);
    }

    // Those of one tenant are one call, and so one transaction. The key is stamped with the first tenant's: there is one where a request has a key.
    private async Task<Outcome<ImmutableArray<AppendedEvent>>> Write(
        ImmutableArray<NewEvent> events, IdempotencyStamp? stamp, CancellationToken cancellation)
    {
        var first = EventPlacement.Of(events[0].Tenant);
        if (events.All(made => made.Tenant == events[0].Tenant)) return await grains.EventLog(first).Append(events, stamp).WaitAsync(cancellation);

        var appended = new AppendedEvent[events.Length];
        foreach (var partition in events.Select((made, index) => (Made: made, Index: index)).GroupBy(one => EventPlacement.Of(one.Made.Tenant)))
        {
            ImmutableArray<(NewEvent Made, int Index)> own = [.. partition];
            var outcome = await grains.EventLog(partition.Key).Append([.. own.Select(one => one.Made)], partition.Key == first ? stamp : null).WaitAsync(cancellation);
            if (outcome.Failure is { } failure) return failure;
            for (var index = 0; index < own.Length; index++) appended[own[index].Index] = outcome.Value[index];
        }
        return ImmutableArray.Create(appended);
    }
}
