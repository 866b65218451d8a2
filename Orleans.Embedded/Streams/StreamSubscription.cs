using Microsoft.Extensions.Logging;
using Orleans.Runtime;
using Orleans.Streams.Core;

namespace Orleans.Streams;

/// <summary>One grain's subscription to one stream, and what it has not been given yet. Items go in order, one at a time.</summary>
internal sealed partial class StreamSubscription(Guid id, StreamId stream, GrainId consumer, bool isImplicit)
{
    /// <summary>What Orleans' memory streams hold of one queue.</summary>
    public const int MostWaiting = 16384;

    private static readonly TimeSpan LongestDelivery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly Queue<StreamItem> _items = [];
    private bool _isDelivering;
    private LogSubscription? _log;

    public Guid Id => id;

    public StreamId Stream => stream;

    public GrainId Consumer => consumer;

    public bool IsImplicit => isImplicit;

    /// <summary>Its place, where the items come out of a log.</summary>
    public LogSubscription InLog => LazyInitializer.EnsureInitialized(ref _log, () => new LogSubscription(this));

    public IStreamSubscriptionHandleFactory HandleFactory(string providerName, CallOrigin origin) =>
        new Factory(this, (StreamProvider)GrainStreamingExtensions.Find(origin.Services, providerName));

    public void Enqueue(IReadOnlyList<StreamItem> items)
    {
        lock (_items)
        {
            if (_items.Count + items.Count > MostWaiting)
            {
                throw new LimitExceededException($"{stream} has {_items.Count} items that {consumer} has not taken yet.");
            }

            foreach (var item in items)
            {
                _items.Enqueue(item);
            }

            if (_isDelivering)
            {
                return;
            }

            _isDelivering = true;
        }

        // Not the publisher's context: neither its turn nor its request context.
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _ = Task.Run(DeliverAllAsync, CancellationToken.None);
        }
    }

    private async Task DeliverAllAsync()
    {
        while (true)
        {
            StreamItem? item;
            lock (_items)
            {
                if (!_items.TryDequeue(out item))
                {
                    _isDelivering = false;
                    return;
                }
            }

            await DeliverAsync(item);
        }

    }

    /// <summary>A handler that fails gets the item again, for up to a minute; then it is told of the error and gets the next.</summary>
    private async Task DeliverAsync(StreamItem item)
    {
        var time = item.From.Time;
        var started = time.GetTimestamp();
        for (var pause = FirstPause; !item.From.IsStopped; pause *= 2)
        {
            try
            {
                await SendAsync(item, null);
                return;
            }
            catch (Exception exception)
            {
                Log.DeliveryFailed(item.From.Logger, exception, stream, consumer);
                if (time.GetElapsedTime(started) + pause > LongestDelivery)
                {
                    await SendAsync(item, exception).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                    return;
                }
            }

            await Task.Delay(pause, time);
        }
    }

    private Task SendAsync(StreamItem item, Exception? error)
    {
        var delivery = new StreamDelivery(this, item, error) { Target = consumer, From = item.From, Context = item.Context };
        item.From.Cluster.Deliver(delivery);
        return delivery.Done;
    }

    private sealed class Factory(StreamSubscription subscription, StreamProvider provider) : IStreamSubscriptionHandleFactory
    {
        public StreamId StreamId => subscription.Stream;

        public string ProviderName => provider.Name;

        public StreamSubscriptionHandle<T> Create<T>() => new SubscriptionHandle<T>(provider, subscription);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "An item of {Stream} could not be delivered to {Consumer}.")]
        public static partial void DeliveryFailed(ILogger logger, Exception exception, StreamId stream, GrainId consumer);
    }
}

/// <summary>An item on its way, with the publisher's request context.</summary>
internal sealed record StreamItem(object? Item, StreamSequenceToken Token, string Provider, CallOrigin From, Dictionary<string, object>? Context);
