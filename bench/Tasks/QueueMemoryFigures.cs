using Buildify.Tasks;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Tasks;

/// <summary>What waiting tasks take of the process that owns their queue.</summary>
internal static class QueueMemoryFigures
{
    private const string Name = "tasks.memory";

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        if (!options.Wants(Name)) return;

        var (few, many) = options.Quick ? (1_000, 5_000) : (10_000, 1_000_000);
        var pair = await Pair.Measure(options.TaskRuns, () => Queued(server, many), () => Queued(server, few));
        Report.Add(pair.ToFigure(Name, "bytes", bytes => bytes, $"the same with {few} tasks",
            $"managed heap of the process after a full collection, with {many} tasks in one paused queue, less what it was before they were enqueued; payload {{}}"));
    }

    private static async Task<double> Queued(PostgresServer server, int count)
    {
        await using var host = await TaskHost.Start(server, paused: true);
        // What the first calls bring along for all.
        await host.Fill(EnqueueFigures.Batch, text: null, TaskRetention.Nothing);
        var before = Heap.Bytes();
        await host.Fill(count, text: null, TaskRetention.Nothing);
        return Heap.Bytes() - before;
    }
}
