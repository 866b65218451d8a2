using Buildify.Events;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Embedded;

/// <summary>Reads one partition of the log and wakes the subscriptions that something came for. Each of them delivers on its own.</summary>
internal sealed class EventPump(EventPartition partition, LogStreams streams, DeliveredPositions positions, TimeProvider time, ILogger logger)
    : IDisposable
{
    /// <summary>How long a silo that stops waits for deliveries under way; the next one delivers again what did not end.</summary>
    private static readonly TimeSpan LastDeliveries = TimeSpan.FromSeconds(5);

    private readonly Dictionary<LogSubscription, SubscriptionPump> _subscriptions = [];
    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _end = new();

    /// <param name="onRead">Reading works.</param>
    public async Task Run(Action onRead, CancellationToken cancellation)
    {
        await partition.Begin(cancellation);
        positions.Add(partition);
        streams.Changed += OnChanged;
        try
        {
            // Those that went back in the log, and had not caught up with the reader before this one.
            foreach (var subscription in streams.Subscriptions.Where(known => known.IsBehind)) OnChanged(subscription);
            while (true)
            {
                var after = partition.ReadUpTo;
                var slice = await partition.Read().WaitAsync(cancellation);
                onRead();
                if (slice.UpTo == after) continue;
                var tenants = partition.Add(slice);
                foreach (var tenant in tenants) Wake(tenant, after);
                partition.Claim(tenants);
            }
        }
        finally
        {
            streams.Changed -= OnChanged;
            await End();
        }
    }

    public void Dispose() => _end.Dispose();

    private static string? TenantOf(StreamId stream) =>
        stream.GetNamespace() == EventStreams.Namespace ? GrainKeys.TenantOf(stream.GetKeyAsString()) : null;

    private void Wake(string tenant, long after)
    {
        foreach (var subscription in streams.Of(StreamId.Create(EventStreams.Namespace, GrainKeys.Tenant(tenant))))
        {
            subscription.StartAt(after);
            Find(subscription, tenant).Wake();
        }
    }

    private void OnChanged(LogSubscription subscription)
    {
        if (TenantOf(subscription.Stream) is not { } tenant || EventPlacement.Of(tenant) != partition.Number) return;
        subscription.StartAt(partition.ReadUpTo);
        Find(subscription, tenant).Wake();
        if (!subscription.IsEnded) return;
        lock (_gate)
        {
            _subscriptions.Remove(subscription);
        }
    }

    private SubscriptionPump Find(LogSubscription subscription, string tenant)
    {
        lock (_gate)
        {
            if (_subscriptions.TryGetValue(subscription, out var pump)) return pump;
            return _subscriptions[subscription] = new SubscriptionPump(subscription, tenant, partition, streams, time, logger, _end.Token);
        }
    }

    private async Task End()
    {
        await _end.CancelAsync();
        partition.Dispose();
        if (streams.Died.IsCancellationRequested)
        {
            positions.Remove(partition);
            return;
        }
        Task[] deliveries;
        lock (_gate)
        {
            deliveries = [.. _subscriptions.Values.Select(pump => pump.Idle)];
        }
        await Task.WhenAll(deliveries).WaitAsync(LastDeliveries, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await positions.SaveAndRemove(partition, CancellationToken.None);
    }
}
