using System.Diagnostics;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Events;

/// <summary>How long it is from the call of Publish to the handler where there is little to do.</summary>
internal static class EventLatencyFigures
{
    private const int PerSecond = 50;

    /// <summary>Before those that count.</summary>
    private const int Warmup = PerSecond;

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1.0 / PerSecond);

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        if (!options.Wants("events.latency.")) return;

        var count = (int)(options.Quick ? PerSecond : PerSecond * 20);
        var pair = await Pair.Measure(options.TaskRuns, () => Ours(server, count), () => SqlAlone(server, count));
        foreach (var (name, share) in new[] { ("p50", 0.50), ("p99", 0.99) })
        {
            if (!options.Wants($"events.latency.{name}")) continue;
            Report.Add(pair.ToFigure($"events.latency.{name}", "ms", times => Pace.Percentile(times, share), "SQL: the commit of one row alone, at the same pace",
                $"{PerSecond} a second, {count} of them, from the call of IEventPublisher.Publish to the start of a module's handler, all in one process; "
                + "payload of a number, fsync and synchronous_commit on"));
        }
    }

    private static async Task<double[]> Ours(PostgresServer server, int count)
    {
        await using var host = await EventHost.Start(server);
        var sent = new List<Task>();
        await Pace.Keep(Between, Warmup + count, _ =>
        {
            sent.Add(host.Publish(new Stamped(Stopwatch.GetTimestamp())));
            return Task.CompletedTask;
        });
        await Task.WhenAll(sent);
        await Received.All(Warmup + count);
        return Received.Latencies[Warmup..];
    }

    private static async Task<double[]> SqlAlone(PostgresServer server, int count)
    {
        await using var database = await server.CreateDatabaseAsync();
        var times = new double[Warmup + count];
        await Pace.Keep(Between, times.Length, async number =>
        {
            var start = Stopwatch.GetTimestamp();
            await LogBound.InsertOne(database);
            times[number] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        });
        return times[Warmup..];
    }
}
