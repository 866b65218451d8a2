using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Buildify.Events;

/// <summary>Calls a handler, whatever its type.</summary>
internal abstract class HandlerCall
{
    public abstract Task Run(object handler, EventContext context);
}

internal sealed class AnyCall : HandlerCall
{
    public override Task Run(object handler, EventContext context) => ((IEventHandler)handler).Handle(context.Event, context);
}

internal sealed class TypedCall<TEvent> : HandlerCall where TEvent : IEvent
{
    // A field more than the contract has is no reason to refuse an event that is true already.
    private static readonly JsonTypeInfo<TEvent> Contract = (JsonTypeInfo<TEvent>)
        new JsonSerializerOptions(BuildifyJson.Options) { UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip }.GetTypeInfo(typeof(TEvent));

    public override Task Run(object handler, EventContext context)
    {
        TEvent payload;
        try
        {
            payload = JsonSerializer.Deserialize(context.Event.Payload.Text, Contract) ?? throw new JsonException("It is null.");
        }
        catch (JsonException unreadable)
        {
            throw new PermanentEventFailureException($"The payload is no {typeof(TEvent).Name}: {unreadable.Message}", unreadable);
        }
        return ((IEventHandler<TEvent>)handler).Handle(payload, context);
    }
}
