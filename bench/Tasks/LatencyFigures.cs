using System.Diagnostics;
using Buildify.Tasks;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Tasks;

/// <summary>How long it is from the call of Enqueue to the handler where there is little to do.</summary>
internal static class LatencyFigures
{
    private const int PerSecond = 50;

    /// <summary>Before those that count.</summary>
    private const int Warmup = PerSecond;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1.0 / PerSecond);

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        if (!options.Wants("tasks.latency.")) return;

        var count = (int)(options.Quick ? PerSecond : PerSecond * 20);
        var pair = await Pair.Measure(options.TaskRuns, () => Ours(server, count), () => SqlAlone(server, count));
        foreach (var (name, share) in new[] { ("p50", 0.50), ("p99", 0.99) })
        {
            if (!options.Wants($"tasks.latency.{name}")) continue;
            Report.Add(pair.ToFigure($"tasks.latency.{name}", "ms", times => Pace.Percentile(times, share), "SQL: the commit of one row alone, at the same pace",
                $"{PerSecond} a second, {count} of them, from the call of ITaskClient.Enqueue to the handler, all in one process; retain result, payload of a "
                + "number, fsync and synchronous_commit on"));
        }
    }

    private static async Task<double[]> Ours(PostgresServer server, int count)
    {
        await using var host = await TaskHost.Start(server, paused: false);
        var sent = new List<Task>();
        await Pace.Keep(Between, Warmup + count, _ =>
        {
            sent.Add(host.Client.Enqueue(TaskHost.Tenant, new Stamp(Stopwatch.GetTimestamp())));
            return Task.CompletedTask;
        });
        await Task.WhenAll(sent);
        await host.Done(Warmup + count, TaskRetention.Result);
        return Starts.Latencies[Warmup..];
    }

    private static async Task<double[]> SqlAlone(PostgresServer server, int count)
    {
        await using var database = await server.CreateDatabaseAsync();
        var times = new double[Warmup + count];
        await Pace.Keep(Between, times.Length, async number =>
        {
            var start = Stopwatch.GetTimestamp();
            await SqlBound.InsertOne(database);
            times[number] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
        return times[Warmup..];
    }
}
