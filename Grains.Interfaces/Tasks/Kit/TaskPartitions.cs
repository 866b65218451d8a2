using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Buildify.Tasks;

/// <summary>
/// The queues and their partitions, as this process knows them: asked for once in half a minute, and at once for a queue or a partition that
/// is not known, though no more often than once a second.
/// </summary>
public sealed class TaskPartitions(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan AgeOfUnknown = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Task<Known>? _known;
    private long _askedAt;

    /// <summary>A queue's partitions by their number; empty where there is no such queue.</summary>
    public async ValueTask<ImmutableArray<TaskPartition>> Of(string queue, CancellationToken cancellation = default)
    {
        if ((await Load(Age, cancellation)).ByQueue.TryGetValue(queue, out var partitions)) return partitions;
        return (await Load(AgeOfUnknown, cancellation)).ByQueue.GetValueOrDefault(queue, []);
    }

    /// <summary>The partition with this id; null where there is none.</summary>
    public async ValueTask<TaskPartition?> Find(int id, CancellationToken cancellation = default)
    {
        if ((await Load(Age, cancellation)).ById.TryGetValue(id, out var partition)) return partition;
        return (await Load(AgeOfUnknown, cancellation)).ById.TryGetValue(id, out partition) ? partition : null;
    }

    /// <summary>Every partition.</summary>
    public async ValueTask<ImmutableArray<TaskPartition>> All(CancellationToken cancellation = default) => (await Load(Age, cancellation)).ById.Values;

    /// <summary>The queues' names.</summary>
    public async ValueTask<ImmutableArray<string>> Queues(CancellationToken cancellation = default) => (await Load(Age, cancellation)).ByQueue.Keys;

    private ValueTask<Known> Load(TimeSpan age, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (_known is null || _known.IsFaulted || _known.IsCanceled || (_known.IsCompleted && time.GetElapsedTime(_askedAt) > age))
            {
                (_known, _askedAt) = (Ask(), time.GetTimestamp());
            }
            return _known.IsCompletedSuccessfully ? new(_known.Result) : new(_known.WaitAsync(cancellation));
        }
    }

    private async Task<Known> Ask()
    {
        // Several callers wait for this answer: it must not hang on the turns of the grain that happened to ask.
        var partitions = await grains.GetGrain<ITaskQueuesGrain>(GrainKeys.Platform).Partitions().ConfigureAwait(false);
        return new Known(
            partitions.GroupBy(partition => partition.Queue, StringComparer.Ordinal).ToFrozenDictionary(
                queue => queue.Key, queue => queue.OrderBy(partition => partition.Number).ToImmutableArray(), StringComparer.Ordinal),
            partitions.ToFrozenDictionary(partition => partition.Id));
    }

    private sealed record Known(FrozenDictionary<string, ImmutableArray<TaskPartition>> ByQueue, FrozenDictionary<int, TaskPartition> ById);
}
