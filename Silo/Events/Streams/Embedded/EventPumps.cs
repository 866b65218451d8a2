using Buildify.Events;
using Microsoft.Extensions.Options;
using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Embedded;

/// <summary>
/// The streams on the embedded runtime: of the cluster's silos one reads each partition, and when it stops or dies the next does, from where
/// the streams were delivered.
/// </summary>
internal sealed partial class EventPumps(
    [FromKeyedServices(EventStreams.Provider)] LogStreams streams, EventLogSource source, DeliveredPositions positions,
    IOptions<EventStreamOptions> options, TimeProvider time, ILogger<EventPumps> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, streams.Died);
        await Task.WhenAll(Enumerable.Range(0, EventPlacement.Partitions).Select(number => Run(number, ending.Token)));
    }

    private async Task Run(int number, CancellationToken cancellation)
    {
        var isFailing = false;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                using var seat = await streams.TakeSeat(number, cancellation);
                using var partition = new EventPartition(number, source, options.Value.CacheBytes, time, logger);
                using var pump = new EventPump(partition, streams, positions, time, logger);
                await pump.Run(() => isFailing = false, cancellation);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                // Said once for each partition, not every second.
                if (!isFailing) Log.Failed(logger, error, number);
                isFailing = true;
                await Task.Delay(Pause, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException)
            {
                // The silo ends.
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Partition {Partition} of the event log cannot be read; tried again every second")]
        public static partial void Failed(ILogger logger, Exception error, int partition);
    }
}
