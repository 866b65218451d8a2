using System.Diagnostics;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Events;

/// <summary>How fast handlers get what is in the log, and what a subscriber that is far behind takes of memory meanwhile.</summary>
internal static class DeliveryFigures
{
    private const int Settling = 1;

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        foreach (var handlers in new[] { 1, 10, 100 })
        {
            var name = $"events.deliver.{handlers}";
            if (!options.Wants(name)) continue;

            var count = (options.Quick ? 10_000 : 200_000) / handlers / 500 * 500;
            await Deliver(options, server, name, Math.Max(count, 500), handlers, "events in the log before, from resuming the subscriptions");
        }
        if (options.Wants("events.catch_up")) await Deliver(options, server, "events.catch_up", options.Quick ? 20_000 : 1_000_000, handlers: 1, "events behind, from resuming the subscription");
        if (options.Wants("events.memory")) await Memory(options, server);
    }

    private static async Task Deliver(BenchOptions options, PostgresServer server, string name, int count, int handlers, string from)
    {
        var pair = await Pair.Measure(
            options.TaskRuns, () => Run(server, count, handlers, _ => Task.CompletedTask), () => LogBound.Read(server, count, handlers), options.Quick || count >= 1_000_000 ? 0 : Settling);
        Report.Add(pair.ToFigure(name, "deliveries/s", rate => rate, $"SQL: the same rows read by slices of {LogBound.Slice}, {handlers} times, and nothing done with them",
            $"{count} {from} to the last handler's call; {handlers} module handlers of one tenant in the silo's process, 100 ordering keys"));
    }

    private static async Task Memory(BenchOptions options, PostgresServer server)
    {
        var (few, many) = options.Quick ? (5_000, 20_000) : (10_000, 1_000_000);
        var pair = await Pair.Measure(options.TaskRuns, () => Heaviest(server, many), () => Heaviest(server, few));
        Report.Add(pair.ToFigure("events.memory", "bytes", bytes => bytes, $"the same with {few} events",
            $"managed heap of the process after a full collection half-way through {many} events that a subscription was behind, less what it was before they were written"));
    }

    private static async Task<double> Heaviest(PostgresServer server, int count)
    {
        var (before, during) = (0L, 0L);
        await Run(server, count, handlers: 1, async isHalfway =>
        {
            if (!isHalfway)
            {
                before = Heap.Bytes();
                return;
            }
            await Received.All(count / 2);
            during = Heap.Bytes();
        });
        return during - before;
    }

    /// <param name="look">Called before anything is written, and once it is being delivered.</param>
    private static async Task<double> Run(PostgresServer server, int count, int handlers, Func<bool, Task> look)
    {
        await using var host = await EventHost.Start(server, handlers);
        await host.Pause();
        await look(false);
        await host.Fill(count);
        await host.Database.ExecuteAsync("VACUUM ANALYZE events");
        var start = Stopwatch.GetTimestamp();
        await host.Resume();
        await look(true);
        await Received.All((long)count * handlers);
        return (double)count * handlers / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
