using System.Diagnostics;
using Buildify.Tasks;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Tasks;

/// <summary>How fast tasks are run to their ends, and what of it is left while others enqueue.</summary>
internal static class DrainFigures
{
    private const int Settling = 1;

    private const string Reference = "SQL: claim 500 with SKIP LOCKED, commit, delete them, commit; 4 connections; nothing run, nothing kept";

    /// <summary>Who enqueues while the workers run.</summary>
    private const int Enqueuers = 100;

    private static readonly (string Name, TaskRetention Retain)[] Kinds = [("nothing", TaskRetention.Nothing), ("result", TaskRetention.Result)];

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        foreach (var (kind, retain) in Kinds)
        {
            foreach (var count in options.DrainedTasks) await Drain(options, server, kind, retain, count, text: null);
            await Drain(options, server, kind, retain, Math.Min(options.DrainedTasks.Max(), 100_000), EnqueueFigures.Kilobyte);
        }
        foreach (var (kind, retain) in Kinds) await Concurrent(options, server, kind, retain);
    }

    private static async Task Drain(BenchOptions options, PostgresServer server, string kind, TaskRetention retain, int count, string? text)
    {
        var name = $"tasks.drain.{kind}.{count}{EnqueueFigures.Suffix(text)}";
        if (!options.Wants(name)) return;

        var pair = await Pair.Measure(
            options.TaskRuns, () => Run(server, retain, count, text), () => SqlBound.ClaimAndDelete(server, connections: 4, count, text), Settling);
        Report.Add(pair.ToFigure(name, "tasks/s", rate => rate, Reference,
            $"{count} tasks enqueued before, from the first start to the last end committed, worker in the silo's process, retain {kind}, "
            + $"{EnqueueFigures.Payload(text)}, fsync and synchronous_commit on"));
    }

    private static async Task Concurrent(BenchOptions options, PostgresServer server, string kind, TaskRetention retain)
    {
        var name = $"tasks.concurrent.{kind}";
        if (!options.Wants(name)) return;

        var count = options.Quick ? 2_000 : 100_000;
        var pair = await Pair.Measure(
            options.TaskRuns, () => WhileProcessed(server, retain, count),
            () => SqlBound.Insert(options, server, SqlBound.TasksTable, SqlBound.MaxClients, rows: 1, text: null), Settling);
        Report.Add(pair.ToFigure(name, "tasks/s", rate => rate, $"SQL: a row a transaction into the same table, {SqlBound.MaxClients} connections, nothing taken out",
            $"{count} tasks by {Enqueuers} callers in the silo's process, ITaskClient.Enqueue one by one, while they are run; from the first call to the last "
            + $"end committed, retain {kind}, {EnqueueFigures.Payload(null)}, fsync and synchronous_commit on"));
    }

    private static async Task<double> Run(PostgresServer server, TaskRetention retain, int count, string? text)
    {
        await using var host = await TaskHost.Start(server, paused: true);
        await host.Fill(count, text, retain);
        await host.Resume();
        var end = await host.Done(count, retain);
        return count / Stopwatch.GetElapsedTime(Starts.First, end).TotalSeconds;
    }

    private static async Task<double> WhileProcessed(PostgresServer server, TaskRetention retain, int count)
    {
        await using var host = await TaskHost.Start(server, paused: false);
        var (task, kept, made) = (new Noop(), new TaskOptions { Retain = retain }, 0);
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Enqueuers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Increment(ref made) <= count) await host.Client.Enqueue(TaskHost.Tenant, task, kept);
        })));
        var end = await host.Done(count, retain);
        return count / Stopwatch.GetElapsedTime(start, end).TotalSeconds;
    }
}
