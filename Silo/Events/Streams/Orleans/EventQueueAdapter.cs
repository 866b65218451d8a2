using System.Collections.Concurrent;
using Buildify.Events;
using Microsoft.Extensions.Options;
using Orleans.Providers;
using Orleans.Providers.Streams.Common;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>The log as Orleans' persistent streams take it: queues that are read from, and never written to.</summary>
internal sealed class EventQueueAdapter(
    EventLogSource source, DeliveredPositions positions, IOptions<EventStreamOptions> options, TimeProvider time, ILoggerFactory loggers)
    : IQueueAdapterFactory, IQueueAdapter, IQueueAdapterCache, IStreamFailureHandler, IControllable
{
    /// <summary>The command that tells every silo that somebody subscribed to a stream; its argument is the tenant.</summary>
    public const int Announce = (int)PersistentStreamProviderCommand.AdapterCommandStartRange;

    private readonly EventQueues _queues = new();
    private readonly ConcurrentDictionary<QueueId, EventQueue> _read = new();

    public string Name => EventStreams.Provider;

    public bool IsRewindable => true;

    public StreamProviderDirection Direction => StreamProviderDirection.ReadOnly;

    /// <summary>What a consumer fails at is tried again for ever (<see cref="EventQueueCursor"/>): no subscription ends over it.</summary>
    public bool ShouldFaultSubsriptionOnError => false;

    public Task<IQueueAdapter> CreateAdapter() => Task.FromResult<IQueueAdapter>(this);

    public IQueueAdapterCache GetQueueAdapterCache() => this;

    public IStreamQueueMapper GetStreamQueueMapper() => _queues;

    public Task<IStreamFailureHandler> GetDeliveryFailureHandler(QueueId queueId) => Task.FromResult<IStreamFailureHandler>(this);

    // The agent asks for the cache and then for the receiver, each time that it begins.
    public IQueueCache CreateQueueCache(QueueId queueId) => _read[queueId] = new EventQueue(
        new EventPartition((int)queueId.GetNumericId(), source, options.Value.CacheBytes, time, loggers.CreateLogger<EventPartition>()), positions);

    public IQueueAdapterReceiver CreateReceiver(QueueId queueId) => _read[queueId];

    public Task QueueMessageBatchAsync<T>(StreamId streamId, IEnumerable<T> events, StreamSequenceToken? token, Dictionary<string, object>? requestContext) =>
        throw new InvalidOperationException($"Stream provider {Name} is ReadOnly.");

    public Task OnDeliveryFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) => Task.CompletedTask;

    public Task OnSubscriptionFailure(GuidId subscriptionId, string streamProviderName, StreamId streamIdentity, StreamSequenceToken? sequenceToken) => Task.CompletedTask;

    public Task<object?> ExecuteCommand(int command, object? arg)
    {
        if (command == Announce && arg is string tenant && _read.TryGetValue(_queues.GetQueueForStream(EventQueues.StreamOf(tenant)), out var queue)) queue.Announce(tenant);
        return Task.FromResult<object?>(null);
    }
}
