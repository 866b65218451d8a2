using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>The streams of one memory provider in one cluster: who subscribed to what. It lasts as long as the cluster has a silo.</summary>
internal sealed class StreamHub
{
    private readonly ConcurrentDictionary<(StreamId Stream, GrainId Consumer), StreamSubscription> _implicit = new();
    private readonly ConcurrentDictionary<StreamId, StreamSubscription[]> _explicit = new();
    private readonly ConcurrentDictionary<int, SemaphoreSlim> _seats = new();
    private readonly Lock _gate = new();
    private long _lastToken;

    /// <summary>Somebody subscribed to what comes out of a log, moved, or left.</summary>
    public event Action<StreamSubscription>? Changed;

    public IEnumerable<StreamSubscription> All => _implicit.Values.Concat(_explicit.Values.SelectMany(of => of));

    public void OnChanged(StreamSubscription subscription) => Changed?.Invoke(subscription);

    /// <summary>Of all silos one reads a part of a log.</summary>
    public SemaphoreSlim Seat(int number) => _seats.GetOrAdd(number, static _ => new SemaphoreSlim(1));

    public StreamSequenceToken NextToken(int index) => new MemoryStreamToken(index == 0 ? Interlocked.Increment(ref _lastToken) : _lastToken, index);

    public void Publish(StreamId stream, IReadOnlyList<StreamItem> items, Cluster cluster)
    {
        foreach (var subscription in Subscriptions(stream, cluster))
        {
            subscription.Enqueue(items);
        }
    }

    public IEnumerable<StreamSubscription> Subscriptions(StreamId stream, Cluster cluster) =>
        ImplicitConsumers(stream, cluster).Select(consumer => Implicit(stream, consumer)).Concat(_explicit.GetValueOrDefault(stream) ?? []);

    /// <summary>The implicit subscription that this grain has to this stream, if its class says so.</summary>
    public StreamSubscription? FindImplicit(StreamId stream, GrainId consumer, Cluster cluster) =>
        ImplicitConsumers(stream, cluster).Contains(consumer) ? Implicit(stream, consumer) : null;

    public StreamSubscription Subscribe(StreamId stream, GrainId consumer)
    {
        var subscription = new StreamSubscription(Guid.NewGuid(), stream, consumer, isImplicit: false);
        lock (_gate)
        {
            _explicit[stream] = [.. _explicit.GetValueOrDefault(stream) ?? [], subscription];
        }

        return subscription;
    }

    public void Unsubscribe(StreamSubscription subscription)
    {
        lock (_gate)
        {
            var rest = (_explicit.GetValueOrDefault(subscription.Stream) ?? []).Where(s => s.Id != subscription.Id).ToArray();
            if (rest.Length == 0)
            {
                _explicit.TryRemove(subscription.Stream, out _);
            }
            else
            {
                _explicit[subscription.Stream] = rest;
            }
        }
    }

    private StreamSubscription Implicit(StreamId stream, GrainId consumer) => _implicit.GetOrAdd(
        (stream, consumer), static key => new StreamSubscription(IdOf(key.Stream, key.Consumer), key.Stream, key.Consumer, isImplicit: true));

    private static IEnumerable<GrainId> ImplicitConsumers(StreamId stream, Cluster cluster)
    {
        var name = stream.GetNamespace();
        return name is null ? [] : cluster.ActiveSilos.SelectMany(silo => silo.Classes)
            .Where(c => c.Type.GetCustomAttributes<ImplicitStreamSubscriptionAttribute>().Any(a => a.Predicate.IsMatch(name)))
            .Select(c => GrainId.Create(c.GrainType, stream.GetKeyAsString())).Distinct();
    }

    /// <summary>The same id each time, as an implicit subscription is not stored anywhere.</summary>
    private static Guid IdOf(StreamId stream, GrainId consumer)
    {
        var bytes = Encoding.UTF8.GetBytes($"{stream}>{consumer}");
        return new Guid(unchecked((int)StableHash.Compute(bytes)), 0, 0, [.. BitConverter.GetBytes(StableHash.Compute([.. bytes, 1])), 0, 0, 0, 0]);
    }
}

internal sealed class MemoryStreamToken(long number, int index) : StreamSequenceToken
{
    public override long SequenceNumber { get; protected set; } = number;

    public override int EventIndex { get; protected set; } = index;

    public override bool Equals(StreamSequenceToken? other) => other is not null && CompareTo(other) == 0;

    public override int CompareTo(StreamSequenceToken? other) => other is null ? 1
        : (SequenceNumber, EventIndex).CompareTo((other.SequenceNumber, other.EventIndex));

    public override string ToString() => $"[{SequenceNumber}.{EventIndex}]";
}
