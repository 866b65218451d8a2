using System.Collections.Concurrent;
using Orleans.Runtime;
using Orleans.Streams.Core;

namespace Orleans.Streams;

/// <summary>What an activation does with the streams it subscribed to. Gone with the activation; the subscriptions are not.</summary>
internal sealed class StreamHandlers
{
    private readonly ConcurrentDictionary<Guid, IHandler> _handlers = new();

    public void Set<T>(Guid subscription, IAsyncObserver<T> observer) => _handlers[subscription] = new Handler<T>(observer);

    public void Set<T>(Guid subscription, IAsyncBatchObserver<T> observer) => _handlers[subscription] = new BatchHandler<T>(observer);

    public void Remove(Guid subscription) => _handlers.TryRemove(subscription, out _);

    /// <summary>A grain that subscribed implicitly and has no handler yet is asked for one.</summary>
    public async Task<IHandler?> FindAsync(StreamSubscription subscription, string provider, Activation activation)
    {
        if (!_handlers.ContainsKey(subscription.Id) && activation.GrainInstance is IStreamSubscriptionObserver asked)
        {
            await asked.OnSubscribed(subscription.HandleFactory(provider, activation.Silo));
        }

        return _handlers.GetValueOrDefault(subscription.Id);
    }

    internal interface IHandler
    {
        Task OnNextAsync(object? item, StreamSequenceToken token);

        /// <summary>What comes together; ends early where it may no longer go on.</summary>
        Task OnNextAsync(IReadOnlyList<SequentialItem<object>> items, LogProgress progress);

        Task OnErrorAsync(Exception exception);
    }

    private sealed class Handler<T>(IAsyncObserver<T> observer) : IHandler
    {
        public Task OnNextAsync(object? item, StreamSequenceToken token) => observer.OnNextAsync((T)item!, token);

        public async Task OnNextAsync(IReadOnlyList<SequentialItem<object>> items, LogProgress progress)
        {
            foreach (var item in items)
            {
                if (!progress.MayGoOn)
                {
                    return;
                }

                await observer.OnNextAsync((T)item.Item, item.Token);
                progress.Count++;
            }
        }

        public Task OnErrorAsync(Exception exception) => observer.OnErrorAsync(exception);
    }

    private sealed class BatchHandler<T>(IAsyncBatchObserver<T> observer) : IHandler
    {
        public Task OnNextAsync(object? item, StreamSequenceToken token) => observer.OnNextAsync([new SequentialItem<T>((T)item!, token)]);

        public async Task OnNextAsync(IReadOnlyList<SequentialItem<object>> items, LogProgress progress)
        {
            await observer.OnNextAsync([.. items.Select(item => new SequentialItem<T>((T)item.Item, item.Token))]);
            progress.Count = items.Count;
        }

        public Task OnErrorAsync(Exception exception) => observer.OnErrorAsync(exception);
    }
}
