using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Buildify.Tasks.Queues;

/// <summary>What the owners in this process tell of their partitions.</summary>
internal sealed class QueueMetrics : IDisposable
{
    private readonly Meter _meter = new("Buildify.Tasks");
    private readonly ConcurrentDictionary<(string Queue, int Number), PartitionStats> _partitions = new();

    public QueueMetrics()
    {
        Gauge("buildify.task.queue.depth", "Tasks that are ready and wait", stats => stats.Depth);
        Gauge("buildify.task.queue.running", "Tasks that workers have", stats => stats.Running);
        Gauge("buildify.task.queue.scheduled", "Tasks whose time has not come", stats => stats.Scheduled);
        Gauge("buildify.task.queue.oldest", "How long the oldest ready task has waited, in seconds", stats => stats.OldestSeconds ?? 0);
        Gauge("buildify.task.queue.throughput", "Tasks that ended in the last minute, a second", stats => stats.Throughput);
        Gauge("buildify.task.queue.workers", "Workers that take from it", stats => stats.Workers.Length);
    }

    /// <summary>Told by the owner about four times a second, so that looking never touches what is in its turn.</summary>
    public void Tell(string queue, int number, PartitionStats stats) => _partitions[(queue, number)] = stats;

    /// <summary>The partition is owned elsewhere, or by nobody.</summary>
    public void Forget(string queue, int number) => _partitions.TryRemove((queue, number), out _);

    public void Dispose() => _meter.Dispose();

    private void Gauge(string name, string summary, Func<PartitionStats, double> value) => _meter.CreateObservableGauge(
        name, () => _partitions.Select(partition => new Measurement<double>(value(partition.Value), Tags(partition.Key))), null, summary);

    private static KeyValuePair<string, object?>[] Tags((string Queue, int Number) partition) =>
        [new("queue", partition.Queue), new("partition", partition.Number)];
}
