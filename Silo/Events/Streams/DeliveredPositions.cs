using System.Collections.Concurrent;

namespace Buildify.Silo.Events.Streams;

/// <summary>
/// Writes down how far the streams were delivered: of all partitions that this silo reads in one statement, at most once a second and only
/// where something was. After a crash, what came since is delivered again.
/// </summary>
internal sealed partial class DeliveredPositions(EventLogSource source, TimeProvider time, ILogger<DeliveredPositions> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<EventPartition, bool> _partitions = new();
    private bool _failing;

    public void Add(EventPartition partition) => _partitions[partition] = true;

    /// <summary>A reader that is killed saves nothing.</summary>
    public void Remove(EventPartition partition) => _partitions.TryRemove(partition, out _);

    /// <summary>A reader that stops in good order leaves its successor nothing to repeat.</summary>
    public async Task SaveAndRemove(EventPartition partition, CancellationToken cancellation)
    {
        Remove(partition);
        await TrySave([partition], cancellation);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) await TrySave(_partitions.Keys, stoppingToken);
    }

    private async Task TrySave(ICollection<EventPartition> partitions, CancellationToken cancellation)
    {
        var moved = partitions.Select(partition => (Partition: partition, Position: partition.Delivered()))
            .Where(at => at.Position > at.Partition.Saved).ToList();
        if (moved.Count == 0) return;
        try
        {
            await source.Save([.. moved.Select(at => (at.Partition.Number, at.Position))], cancellation);
            foreach (var (partition, position) in moved) partition.Saved = position;
            if (_failing) Log.Recovered(logger);
            _failing = false;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            if (!_failing) Log.Failed(logger, error);
            _failing = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "How far events were delivered cannot be saved; tried again every second")]
        public static partial void Failed(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "How far events were delivered is saved again")]
        public static partial void Recovered(ILogger logger);
    }
}
