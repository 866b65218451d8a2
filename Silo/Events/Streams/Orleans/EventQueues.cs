using Buildify.Events;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>The log's partitions as queues: a tenant's stream is where its events are.</summary>
internal sealed class EventQueues : IStreamQueueMapper
{
    // The hash orders queues where that is wanted; they are as far apart as can be.
    private readonly QueueId[] _queues =
        [.. Enumerable.Range(0, EventPlacement.Partitions).Select(number => QueueId.GetQueueId(EventStreams.Provider, (uint)number, (uint)number << 28))];

    public IEnumerable<QueueId> GetAllQueues() => _queues;

    public QueueId GetQueueForStream(StreamId streamId) => _queues[TenantOf(streamId) is { } tenant ? EventPlacement.Of(tenant) : 0];

    public static StreamId StreamOf(string tenant) => StreamId.Create(EventStreams.Namespace, GrainKeys.Tenant(tenant));

    public static string? TenantOf(StreamId stream) => GrainKeys.TenantOf(stream.GetKeyAsString());
}
