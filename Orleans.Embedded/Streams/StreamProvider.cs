using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>What the providers have in common: who subscribed is in the hub, whatever the items come from.</summary>
internal abstract class StreamProvider(string name, CallOrigin origin) : IStreamProvider
{
    public string Name => name;

    public abstract bool IsRewindable { get; }

    public StreamHub Hub => origin.Cluster.Shared<StreamHub>(name);

    public CallOrigin Origin => origin;

    public IAsyncStream<T> GetStream<T>(StreamId streamId) => new ProviderStream<T>(this, streamId);

    public abstract Task Publish<T>(StreamId stream, IEnumerable<T> items);

    /// <param name="token">Where it wants to go on; null for where it is, or for what comes.</param>
    public virtual void OnSubscribed(StreamSubscription subscription, StreamSequenceToken? token)
    {
    }

    public virtual void OnUnsubscribed(StreamSubscription subscription)
    {
    }
}

/// <inheritdoc/>
internal sealed class ProviderStream<T>(StreamProvider provider, StreamId id) : IAsyncStream<T>
{
    public bool IsRewindable => provider.IsRewindable;

    public string ProviderName => provider.Name;

    public StreamId StreamId => id;

    public Task OnNextAsync(T item, StreamSequenceToken? token = null) => OnNextBatchAsync([item], token);

    public Task OnNextBatchAsync(IEnumerable<T> batch, StreamSequenceToken? token = null)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return provider.Publish(id, batch);
    }

    public Task OnErrorAsync(Exception ex) => Task.CompletedTask;

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token, string? filterData = null) =>
        Subscribe((handlers, subscription) => handlers.Set(subscription, observer), token);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer) => SubscribeAsync(observer, null);

    public Task<StreamSubscriptionHandle<T>> SubscribeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token) =>
        Subscribe((handlers, subscription) => handlers.Set(subscription, observer), token);

    public Task<IList<StreamSubscriptionHandle<T>>> GetAllSubscriptionHandles()
    {
        var grain = Subscriber();
        return Task.FromResult<IList<StreamSubscriptionHandle<T>>>([..
            from subscription in provider.Hub.Subscriptions(id, grain.Silo.Cluster)
            where subscription.Consumer == grain.GrainId
            select new SubscriptionHandle<T>(provider, subscription)]);
    }

    public bool Equals(IAsyncStream<T>? other) => other is not null && other.StreamId == id && other.ProviderName == ProviderName;

    public override bool Equals(object? obj) => Equals(obj as IAsyncStream<T>);

    public override int GetHashCode() => id.GetHashCode();

    public int CompareTo(IAsyncStream<T>? other) => other is null ? 1 : id.CompareTo(other.StreamId);

    private Task<StreamSubscriptionHandle<T>> Subscribe(Action<StreamHandlers, Guid> set, StreamSequenceToken? token)
    {
        var grain = Subscriber();
        var subscription = provider.Hub.FindImplicit(id, grain.GrainId, grain.Silo.Cluster) ?? provider.Hub.Subscribe(id, grain.GrainId);
        set(grain.Component<StreamHandlers>(), subscription.Id);
        provider.OnSubscribed(subscription, token);
        return Task.FromResult<StreamSubscriptionHandle<T>>(new SubscriptionHandle<T>(provider, subscription));
    }

    private static Activation Subscriber() => RuntimeContext.Current as Activation
        ?? throw new InvalidOperationException("Only a grain, in its turn, can subscribe to a stream on the embedded runtime.");
}

/// <inheritdoc/>
internal sealed class SubscriptionHandle<T>(StreamProvider provider, StreamSubscription subscription) : StreamSubscriptionHandle<T>
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
            provider.OnUnsubscribed(subscription);
        }

        return Task.CompletedTask;
    }

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncObserver<T> observer, StreamSequenceToken? token = null) =>
        Resume(handlers => handlers.Set(subscription.Id, observer), token);

    public override Task<StreamSubscriptionHandle<T>> ResumeAsync(IAsyncBatchObserver<T> observer, StreamSequenceToken? token = null) =>
        Resume(handlers => handlers.Set(subscription.Id, observer), token);

    public override bool Equals(StreamSubscriptionHandle<T>? other) => other is not null && other.HandleId == HandleId;

    private Task<StreamSubscriptionHandle<T>> Resume(Action<StreamHandlers> set, StreamSequenceToken? token)
    {
        var grain = RuntimeContext.Current as Activation
            ?? throw new InvalidOperationException("Only a grain, in its turn, can resume a subscription on the embedded runtime.");
        set(grain.Component<StreamHandlers>());
        if (token is not null)
        {
            provider.OnSubscribed(subscription, token);
        }

        return Task.FromResult<StreamSubscriptionHandle<T>>(this);
    }
}
