using System.Collections.Immutable;
using Buildify.Events.Personal;

namespace Buildify.Events.Subscriptions;

/// <summary>Modules' handlers, on silos that have their code.</summary>
internal sealed class HandlerSink(IGrainFactory grains, PersonalFields personal) : IEventSink
{
    public async Task<SinkResult> Deliver(SinkTarget target, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts, CancellationToken cancellation)
    {
        var handlers = grains.GetGrain<IEventHandlersGrain>(GrainId.Create($"{target.Module}-events", GrainKeys.Tenant(target.Tenant)));
        return new SinkResult(await handlers.Handle(target.Subscription, await personal.Reveal(events), attempts), []);
    }
}
