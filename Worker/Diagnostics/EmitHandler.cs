using System.Text.Json;
using Buildify.Diagnostics;
using Buildify.Events;
using Buildify.Tasks;

namespace Buildify.Worker.Diagnostics;

/// <summary>The task's id is the event's, so that an attempt after one that published publishes nothing.</summary>
internal sealed class EmitHandler(IEventPublisher publisher, EventCatalog catalog) : ITaskHandler<Emit, string>
{
    public async Task<string> Handle(Emit task, TaskContext context)
    {
        if (context.Tenant.Length == 0) throw new PermanentFailureException("A task of the platform's own has no tenant whose event it could be.");
        if (task.EventType.StartsWith(EventRules.PlatformPrefix, StringComparison.Ordinal))
        {
            throw new PermanentFailureException($"event_type is {task.EventType}; events of core are the platform's own, and nobody else sends them.");
        }
        var written = await publisher.Publish([Make(task, context)], stamp: null, context.Cancellation);
        return written.Failure switch
        {
            null => written.Value[0].Id,
            { Code: FailureCodes.Invalid, Errors: [var error, ..] } => throw new PermanentFailureException($"{error.Field} {error.Message}."),
            var failure => throw new InvalidOperationException(failure.Detail),
        };
    }

    private NewEvent Make(Emit task, TaskContext context)
    {
        var id = context.Id.ToString();
        if (catalog.Find(task.EventType) is not { } type)
        {
            return new NewEvent(context.Tenant, task.EventType, task.Payload, id)
            {
                EventSource = "core.emit",
                CompanyId = task.CompanyId,
                CorrelationId = context.CorrelationId,
                TraceParent = CallContext.TraceParent,
            };
        }
        try
        {
            var payload = (IEvent?)JsonSerializer.Deserialize(task.Payload.Text, type.Record, BuildifyJson.Options)
                ?? throw new PermanentFailureException("payload is null.");
            var options = new EventOptions { EventId = id, CompanyId = task.CompanyId };
            return EventEnvelope.Of(type, context.Tenant, payload, options) with { CorrelationId = context.CorrelationId };
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            throw new PermanentFailureException($"payload is none of {type.Name}: {error.Message}", error);
        }
    }
}
