using System.Collections.Immutable;
using Buildify.Tasks;
using Buildify.Worker.Execution;
using Buildify.Worker.Handlers;
using Microsoft.Extensions.Options;

namespace Buildify.Worker.Queues;

/// <summary>One pump for each partition of the queues that this worker takes from. A partition that is made later gets its pump within seconds.</summary>
internal sealed partial class QueuePumps(
    QueueOwners owners, TaskHandlers handlers, TaskSlots slots, Breakers breakers, IOptions<TaskWorkerOptions> options, TimeProvider time,
    ILogger<QueuePumps> logger)
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly Dictionary<TaskPartition, (QueuePump Pump, Task Done)> _pumps = [];
    private readonly Shares _shares = new();

    /// <summary>Another one at each start, in one process too.</summary>
    public WorkerInfo Worker { get; } =
        new($"worker-{Environment.MachineName}-{Environment.ProcessId}-{Random.Shared.Next(0x10000):x4}", handlers.Limits) { Slots = slots.Count };

    /// <summary>Until it is stopped, and all pumps with it.</summary>
    public async Task Run(CancellationToken stop)
    {
        var outage = new Outage(error => Log.Out(logger, error), () => Log.Back(logger), time);
        try
        {
            while (true)
            {
                try
                {
                    var partitions = await owners.Partitions().WaitAsync(stop);
                    outage.Over();
                    foreach (var partition in partitions.Where(partition => options.Value.Takes(partition.Queue))) Start(partition, stop);
                }
                catch (Exception error) when (!stop.IsCancellationRequested)
                {
                    await outage.Pause(error, stop);
                    continue;
                }
                await Task.Delay(Period, time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        await Task.WhenAll(All().Select(pump => pump.Done));
    }

    /// <summary>Done when the owners have every outcome.</summary>
    public Task Reported() => Task.WhenAll(All().Select(pump => pump.Pump.Held.Reported()));

    public Task Detach(TimeSpan limit) => Task.WhenAll(All().Select(pump => pump.Pump.Detach(limit)));

    private void Start(TaskPartition partition, CancellationToken stop)
    {
        lock (_lock)
        {
            if (_pumps.ContainsKey(partition)) return;
            var pump = new QueuePump(partition, Worker, owners.Of(partition), slots, _shares, breakers, time, logger);
            _pumps.Add(partition, (pump, pump.Run(stop)));
        }
    }

    private ImmutableArray<(QueuePump Pump, Task Done)> All()
    {
        lock (_lock) return [.. _pumps.Values];
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Which queues there are cannot be asked; tried again until it can")]
        public static partial void Out(ILogger logger, Exception error);

        [LoggerMessage(2, LogLevel.Information, "Which queues there are is known again")]
        public static partial void Back(ILogger logger);
    }
}
