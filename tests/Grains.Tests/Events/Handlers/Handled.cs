using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Buildify.Modules;

namespace Buildify.Events.Handlers;

/// <summary>A module of the tests' own.</summary>
public sealed class HandledModule : ModuleDefinition
{
    public override string Name => "handled";

    public override string Version => "1.0.0";

    public override string ApiPrefix => "/api/v1/handled";
}

[GrainType("handled-events"), Reentrant, StatelessWorker]
internal sealed class HandledEventsGrain(IServiceProvider services) : EventHandlersGrain<HandledModule>(services);

/// <summary>What the handlers were called with, by tenant.</summary>
internal static class Calls
{
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<(string Handler, LoggedEvent Event, int Attempt)>> ByTenant = new();

    public static ConcurrentQueue<(string Handler, LoggedEvent Event, int Attempt)> Of(string tenant) => ByTenant.GetOrAdd(tenant, _ => new());

    public static void Add(string handler, EventContext context) => Of(context.Tenant).Enqueue((handler, context.Event, context.Attempt));
}

[Subscribe("handled.thing.**", Name = "handled.recorder")]
internal sealed class Recorder : IEventHandler
{
    public Task Handle(LoggedEvent @event, EventContext context)
    {
        Calls.Add("recorder", context);
        return Task.CompletedTask;
    }
}

[Subscribe("handled.urgent.**", Name = "handled.first", Priority = 9)]
internal sealed class First : IEventHandler
{
    public Task Handle(LoggedEvent @event, EventContext context)
    {
        Calls.Add("first", context);
        return Task.CompletedTask;
    }
}

[Subscribe("handled.urgent.**", Name = "handled.last", Priority = 1)]
internal sealed class Last : IEventHandler
{
    public Task Handle(LoggedEvent @event, EventContext context)
    {
        Calls.Add("last", context);
        return Task.CompletedTask;
    }
}

/// <summary>Hangs for the key <c>hangs</c>, whatever it is told.</summary>
[Subscribe("handled.slow.**", Name = "handled.hanging", TimeoutSeconds = 1, MaxAttempts = 1)]
internal sealed class Hanging : IEventHandler
{
    public Task Handle(LoggedEvent @event, EventContext context)
    {
        Calls.Add("hanging", context);
        return @event.Key == "hangs" ? new TaskCompletionSource().Task : Task.CompletedTask;
    }
}

[EventType("handled.paper.signed", Version = 3)]
public sealed record PaperSigned(int Pages, string Signer) : IEvent;

[Subscribe(Name = "handled.signatures", MaxAttempts = 3)]
internal sealed class Signatures : IEventHandler<PaperSigned>
{
    public Task Handle(PaperSigned @event, EventContext context)
    {
        Calls.Add($"{@event.Signer} signed {@event.Pages}", context);
        return Task.CompletedTask;
    }
}

internal sealed class NamesTheSigner : IEventUpcaster
{
    public string EventType => "handled.paper.signed";

    public int FromVersion => 2;

    public JsonObject Upcast(JsonObject payload)
    {
        payload["signer"] = payload["who"]!.GetValue<string>();
        payload.Remove("who");
        return payload;
    }
}

[EventType("handled.gap.opened", Version = 3)]
public sealed record GapOpened(int Width) : IEvent;

/// <summary>From version 1 there is no way.</summary>
[Subscribe(Name = "handled.gaps")]
internal sealed class Gaps : IEventHandler<GapOpened>
{
    public Task Handle(GapOpened @event, EventContext context) => Task.CompletedTask;
}

internal sealed class CountsThePages : IEventUpcaster
{
    public string EventType => "handled.paper.signed";

    public int FromVersion => 1;

    public JsonObject Upcast(JsonObject payload)
    {
        payload["pages"] = 1;
        return payload;
    }
}
