using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Buildify.Events.Log;

/// <summary>What the owners in this process tell of their partitions.</summary>
internal sealed class LogMetrics : IDisposable
{
    private readonly Meter _meter = new("Buildify.Events");
    private readonly Counter<long> _appended;
    private readonly Histogram<int> _flushes;
    private readonly ConcurrentDictionary<short, (int Rows, TimeSpan Oldest)> _waiting = new();

    public LogMetrics()
    {
        _appended = _meter.CreateCounter<long>("buildify.event.log.appended", null, "Events that got their position");
        _flushes = _meter.CreateHistogram<int>("buildify.event.log.flush", null, "Events that one transaction wrote");
        _meter.CreateObservableGauge(
            "buildify.event.log.waiting", () => _waiting.Select(one => new Measurement<int>(one.Value.Rows, Tag(one.Key))), null,
            "Committed events without a position at the owner's last look, up to 1,000");
        _meter.CreateObservableGauge(
            "buildify.event.log.waiting.oldest", () => _waiting.Select(one => new Measurement<double>(one.Value.Oldest.TotalSeconds, Tag(one.Key))), null,
            "How long the oldest of them had waited, in seconds");
    }

    public void Flushed(short partition, int events)
    {
        _appended.Add(events, Tag(partition));
        _flushes.Record(events, Tag(partition));
    }

    public void Waiting(short partition, int rows, TimeSpan oldest) => _waiting[partition] = (rows, oldest);

    /// <summary>The partition is owned elsewhere, or by nobody.</summary>
    public void Forget(short partition) => _waiting.TryRemove(partition, out _);

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(short partition) => new("partition", partition);
}
