using Buildify.Events;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>
/// Tells the reader of a stream that somebody subscribed to it. Orleans tells those agents only that have had events of that stream; from any
/// other, who asks for what is in the log would get nothing until something new comes.
/// </summary>
internal sealed partial class SubscriptionNews(IGrainFactory grains, ILogger<SubscriptionNews> logger) : IIncomingGrainCallFilter
{
    private const string Interface = "Orleans.Streams.IPubSubRendezvousGrain", Method = "RegisterConsumer";

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        await context.Invoke();
        if (context.MethodName != Method || context.InterfaceMethod.DeclaringType?.FullName != Interface) return;
        var stream = Enumerable.Range(0, context.Request.GetArgumentCount()).Select(context.Request.GetArgument).OfType<QualifiedStreamId>().FirstOrDefault();
        if (stream.ProviderName == EventStreams.Provider && EventQueues.TenantOf(stream.StreamId) is { } tenant) Tell(tenant).Ignore();
    }

    private async Task Tell(string tenant)
    {
        try
        {
            await grains.GetGrain<IManagementGrain>(0).SendControlCommandToProvider<PersistentStreamProvider>(EventStreams.Provider, EventQueueAdapter.Announce, tenant);
        }
        catch (Exception error)
        {
            // A silo that has no such provider refuses, which is no harm; the next event brings the stream up in any case.
            Log.NotTold(logger, error, tenant);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Debug, "Not every silo heard that somebody subscribed to the events of {Tenant}")]
        public static partial void NotTold(ILogger logger, Exception error, string tenant);
    }
}
