using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Text.Json;
using Buildify.Diagnostics;
using Buildify.Validation;

namespace Buildify.Events;

/// <summary>Puts a fact into the form in which it is written.</summary>
public static class EventEnvelope
{
    private static readonly ConcurrentDictionary<Type, EventTypeInfo> Types = new();

    /// <param name="options">Null for what the type and the payload say.</param>
    /// <exception cref="ArgumentException">The event or an option is refused; the message names it.</exception>
    public static NewEvent Of<TEvent>(string tenant, TEvent @event, EventOptions? options = null)
        where TEvent : IEvent
    {
        ArgumentNullException.ThrowIfNull(@event);
        return Of(Types.GetOrAdd(@event.GetType(), TypeOf), tenant, @event, options);
    }

    /// <inheritdoc cref="Of{TEvent}"/>
    public static NewEvent Of(EventTypeInfo type, string tenant, IEvent @event, EventOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(@event);
        if (InputRules.Check(@event) is [var broken, ..]) throw new ArgumentException($"{type.Name}: {broken.Field} {broken.Message}.", nameof(@event));

        var payload = JsonSerializer.SerializeToUtf8Bytes(@event, type.Record, BuildifyJson.Options);
        var (company, key) = Read(payload, type.About.OrderingKey);
        var made = new NewEvent(tenant, type.Name, new JsonText(Encoding.UTF8.GetString(payload)), options?.EventId)
        {
            EventVersion = type.About.Version,
            EventSource = type.Module,
            CompanyId = options?.CompanyId ?? company,
            OrderingKey = options?.OrderingKey ?? key,
            CorrelationId = CallContext.CorrelationId,
            TraceParent = CallContext.TraceParent,
        };
        return EventRules.Check(made).FirstOrDefault() is { } error
            ? throw new ArgumentException($"{type.Name}: {error.Field} {error.Message}.", nameof(@event))
            : made;
    }

    private static EventTypeInfo TypeOf(Type record) => record.GetCustomAttribute<EventTypeAttribute>() is { } about
        ? new EventTypeInfo(about.Name, record, about)
        : throw new ArgumentException($"{record.FullName} is no event type: it needs [EventType(\"module.thing.happened\")].", nameof(record));

    // Of the outermost object alone: what is deeper is the event's own.
    private static (string? Company, string? Key) Read(ReadOnlySpan<byte> payload, string? keyField)
    {
        var reader = new Utf8JsonReader(payload);
        (string? company, string? key) = (null, null);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isCompany, isKey) = (reader.ValueTextEquals("company_id"u8), keyField is not null && reader.ValueTextEquals(keyField));
            reader.Read();
            var value = (isCompany || isKey) && reader.TokenType is JsonTokenType.String ? reader.GetString()
                : isKey && reader.TokenType is JsonTokenType.Number ? Encoding.UTF8.GetString(reader.ValueSpan)
                : null;
            if (isCompany) company = value;
            if (isKey) key = value;
            reader.Skip();
        }
        return (company, key);
    }
}
