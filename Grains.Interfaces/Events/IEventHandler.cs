using System.Text.Json.Nodes;
using Buildify.Databases;

namespace Buildify.Events;

/// <summary>
/// Handles events of one type. A class of a module's that implements this and has a <see cref="SubscribeAttribute"/> is found by itself; it
/// is made anew for each batch, with services in its constructor. It is called at least once for each event, in order within an ordering
/// key; events of other keys go on beside it. What it throws is an attempt that failed.
/// </summary>
public interface IEventHandler<in TEvent> where TEvent : IEvent
{
    Task Handle(TEvent @event, EventContext context);
}

/// <summary>Handles events of any type that its pattern lets through.</summary>
public interface IEventHandler
{
    Task Handle(LoggedEvent @event, EventContext context);
}

/// <summary>Which events a handler gets. Each attribute of a class is a subscription with a place of its own in the log.</summary>
/// <param name="pattern">Segments with dots between them; <c>*</c> is exactly one, <c>**</c> any number. By default the type of the event that it handles.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class SubscribeAttribute(string? pattern = null) : Attribute
{
    public string? Pattern { get; } = pattern;

    /// <summary>0 to 9: of those that want an event, the higher ones get it first. Default 5.</summary>
    public int Priority { get; set; } = 5;

    /// <summary>
    /// Behind the module's name, the subscription's; by default the class's in kebab-case. It is what the place in the log is kept under: a
    /// handler with a new name begins anew.
    /// </summary>
    public string? Name { get; set; }

    /// <summary>Attempts before an event is parked in the dead letters, 1 to 100. Default 10, over about ten minutes.</summary>
    public int MaxAttempts { get; set; } = 10;

    /// <summary>Whether the events of a key wait once one of them was parked, until it is redelivered or skipped. By default the key goes on.</summary>
    public bool StopsOnFailure { get; set; }

    /// <summary>How long one event may take, in seconds. Default 60.</summary>
    public int TimeoutSeconds { get; set; } = 60;
}

/// <summary>What a handler knows of the event beside its payload.</summary>
public abstract class EventContext
{
    /// <summary>With the payload as this handler gets it: of its version, with personal fields plain.</summary>
    public abstract LoggedEvent Event { get; }

    public string Tenant => Event.Tenant;

    public string? CompanyId => Event.CompanyId;

    /// <summary>From 1.</summary>
    public abstract int Attempt { get; }

    /// <summary>The time is up, or the silo is going down.</summary>
    public abstract CancellationToken Cancellation { get; }

    /// <summary>
    /// Writes down, in the handler's own transaction, that this subscription has seen the event. False where it had: then its effects are
    /// there, and the handler returns without any. So a handler's effects are exactly once, whatever dies and however often it is called.
    /// </summary>
    public abstract Task<bool> IsNew(TenantSession session);
}

/// <summary>
/// Brings a payload that an older version wrote to the next one. A class of a module's that implements this is found by itself; several are
/// applied one after the other, until the payload is of the version that the contract declares. The log keeps what it has.
/// </summary>
public interface IEventUpcaster
{
    /// <summary>As <c>financial.invoice.created</c>.</summary>
    string EventType { get; }

    /// <summary>The version that it takes; what it answers is of the next.</summary>
    int FromVersion { get; }

    JsonObject Upcast(JsonObject payload);
}

/// <summary>There is no use in trying again: the event is parked at once.</summary>
public class PermanentEventFailureException : Exception
{
    public PermanentEventFailureException()
    {
    }

    public PermanentEventFailureException(string message) : base(message)
    {
    }

    public PermanentEventFailureException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
