namespace Buildify.Events.Platform;

internal static class Told
{
    /// <summary>An event of the platform's own, tied to the request that made it happen.</summary>
    public static NewEvent By<TEvent>(Caller caller, string tenant, TEvent @event)
        where TEvent : IEvent => EventEnvelope.Of(tenant, @event) with { CorrelationId = caller.CorrelationId };
}
