using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Streams within the process. What was not delivered when the process ends is lost.</summary>
internal sealed class MemoryStreamProvider(string name, CallOrigin origin) : IStreamProvider
{
    public string Name => name;

    public bool IsRewindable => false;

    public StreamHub Hub => Origin.Cluster.Shared<StreamHub>(name);

    public CallOrigin Origin => origin;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new MemoryStream<T>(this, streamId);
}

/// <inheritdoc/>
internal sealed class MemoryStream<T>(MemoryStreamProvider provider, StreamId id) : IAsyncStream<T>
{
    public bool IsRewindable => provider.IsRewindable;

    public string ProviderName => provider.Name;

    public StreamId StreamId => id;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => OnNextBatchAsync([item], token);

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var hub = provider.Hub;
        var from = (RuntimeContext.Current as Activation)?.Silo ?? provider.Origin;
        hub.Publish(id, [.. batch.Select((item, i) => new StreamItem(item, hub.NextToken(i), ProviderName, from, RequestContext.Values))], provider.Origin.Cluster);
        return Task.CompletedTask;
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null)
    {
        var grain = Subscriber();
        var subscription = provider.Hub.FindImplicit(id, grain.GrainId, grain.Silo.Cluster) ?? provider.Hub.Subscribe(id, grain.GrainId);
        grain.Component<StreamHandlers>().Set(subscription.Id, observer);
        return Task.FromResult<StreamSubscriptionHandle<T>>(new MemoryStreamHandle<T>(provider, subscription));
    }

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        var grain = Subscriber();
        return Task.FromResult<IList<StreamSubscriptionHandle<T>>>([..
            from subscription in provider.Hub.Subscriptions(id, grain.Silo.Cluster)
            where subscription.Consumer == grain.GrainId
            select new MemoryStreamHandle<T>(provider, subscription)]);
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && other.StreamId == id && other.ProviderName == ProviderName;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : id.CompareTo(other.StreamId);

    private static Activation Subscriber() => RuntimeContext.Current as Activation
        ?? throw new InvalidOperationException("Only a grain, in its turn, can subscribe to a stream on the embedded runtime.");
}

/// <inheritdoc/>
internal sealed class MemoryStreamHandle<T>(MemoryStreamProvider provider, StreamSubscription subscription) : StreamSubscriptionHandle<T>
{
    public override StreamId StreamId => subscription.Stream;

    public override string ProviderName => provider.Name;

    public override Guid HandleId => subscription.Id;

    public override Task UnsubscribeAsync()
    {
        (RuntimeContext.Current as Activation)?.Component<StreamHandlers>().Remove(subscription.Id);
        if (!subscription.IsImplicit)
        {
            provider.Hub.Unsubscribe(subscription);
        }

        return Task.CompletedTask;
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null)
    {
        var grain = RuntimeContext.Current as Activation
            ?? throw new InvalidOperationException("Only a grain, in its turn, can resume a subscription on the embedded runtime.");
        grain.Component<StreamHandlers>().Set(subscription.Id, observer);
        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == HandleId;
}
