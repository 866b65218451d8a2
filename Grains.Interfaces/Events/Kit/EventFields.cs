using System.Text.Json;
using System.Text.Json.Nodes;

namespace Buildify.Events;

/// <summary>The payload of an event whose contract the module has not, by its fields' names.</summary>
public sealed class EventFields
{
    private readonly LoggedEvent _event;
    private readonly JsonObject _payload;

    public EventFields(LoggedEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        _event = @event;
        _payload = JsonNode.Parse(@event.Payload.Text) as JsonObject ?? [];
    }

    /// <exception cref="PermanentEventFailureException">There is none, or it is of another type.</exception>
    public T Get<T>(string field) => _payload[field] is { } value ? Read<T>(value, field) : throw Wrong($"has no {field}, and the operation needs one");

    /// <summary>What stands in its place where there is none, or it is null.</summary>
    /// <exception cref="PermanentEventFailureException">It is of another type.</exception>
    public T Get<T>(string field, T otherwise) => _payload[field] is { } value ? Read<T>(value, field) : otherwise;

    /// <summary>A record of those of its fields that the payload has; the payload's others are left out.</summary>
    /// <param name="fields">The record's.</param>
    /// <exception cref="PermanentEventFailureException">A field that the record needs is missing, or one is of another type.</exception>
    public T Record<T>(params IEnumerable<string> fields)
    {
        var own = new JsonObject();
        foreach (var field in fields ?? [])
        {
            if (_payload.TryGetPropertyValue(field, out var value) && value is not null) own[field] = value.DeepClone();
        }
        return Read<T>(own, typeof(T).Name);
    }

    private T Read<T>(JsonNode value, string what)
    {
        try
        {
            return value.Deserialize<T>(BuildifyJson.Options)!;
        }
        catch (JsonException error)
        {
            throw Wrong($"has what is no {what} to the operation: {error.Message}");
        }
    }

    private PermanentEventFailureException Wrong(string what) => new($"The event {_event.Id} ({_event.EventType}) {what}.");
}
