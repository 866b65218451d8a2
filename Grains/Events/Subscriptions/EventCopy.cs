using System.Text.Json;

namespace Buildify.Events.Subscriptions;

/// <summary>A whole copy of an event, as dead letters have it: with what callers do not see.</summary>
internal sealed record EventCopy(
    string Id, string EventType, int EventVersion, string EventSource, string? CompanyId, JsonText Payload, DateTimeOffset CreatedAt, string? CorrelationId,
    long Position, string? OrderingKey, string? TraceParent)
{
    // A payload is as deep as its writer made it.
    private static readonly JsonSerializerOptions Options = new(BuildifyJson.Options) { MaxDepth = 1_000 };

    public static string Write(LoggedEvent @event) => JsonSerializer.Serialize(
        new EventCopy(@event.Id, @event.EventType, @event.EventVersion, @event.EventSource, @event.CompanyId, @event.Payload, @event.CreatedAt,
            @event.CorrelationId, @event.Position, @event.OrderingKey, @event.TraceParent),
        Options);

    public static LoggedEvent Read(string json, string tenant)
    {
        var copy = JsonSerializer.Deserialize<EventCopy>(json, Options)!;
        return new LoggedEvent(
            copy.Id, copy.EventType, copy.EventVersion, copy.EventSource, tenant, copy.CompanyId, copy.Payload, copy.CreatedAt, copy.CorrelationId,
            copy.Position)
        {
            OrderingKey = copy.OrderingKey,
            TraceParent = copy.TraceParent,
        };
    }
}
