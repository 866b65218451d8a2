using Buildify.Bench.Tasks;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Events;

/// <summary>How many events a second go into the log, each durable when it is answered.</summary>
internal static class AppendFigures
{
    private const string Settings = "fsync and synchronous_commit on, nobody subscribes";

    /// <summary>The host of each run is new, and what the just-in-time compiler learned is not: one run of each side teaches it.</summary>
    private const int Settling = 1;

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        foreach (var (callers, text) in new[] { (1, null), (16, null), (100, null), (100, EnqueueFigures.Kilobyte) })
        {
            await Measure(options, server, $"events.append_single.{callers}{EnqueueFigures.Suffix(text)}", callers, rows: 1, text);
        }
        foreach (var (callers, text) in new[] { (1, null), (4, null), (4, EnqueueFigures.Kilobyte) })
        {
            await Measure(options, server, $"events.append_batch.{callers}{EnqueueFigures.Suffix(text)}", callers, EnqueueFigures.Batch, text);
        }
    }

    private static async Task Measure(BenchOptions options, PostgresServer server, string name, int callers, int rows, string? text)
    {
        if (!options.Wants(name)) return;

        var clients = Math.Min(callers, SqlBound.MaxClients);
        var pair = await Pair.Measure(
            options.Runs, () => Run(options, server, callers, rows, text), () => LogBound.Insert(options, server, clients, rows, text), Settling);
        Report.Add(pair.ToFigure(name, "events/s", rate => rate, $"SQL: {rows} rows a transaction by unnest into the same table, {clients} connections",
            $"{callers} callers in the silo's process, IEventPublisher.Publish of {rows}, payload of {(text is null ? "a number" : "1 KB")}, {Settings}"));
    }

    private static async Task<double> Run(BenchOptions options, PostgresServer server, int callers, int rows, string? text)
    {
        await using var host = await EventHost.Start(server);
        return await Callers.Rate(options, callers, rows, (_, _) => host.Publish(rows, text));
    }
}
