using System.Text.Json;
using Buildify.Bench.Http;
using Buildify.Testing.Postgres;

namespace Buildify.Bench.Tasks;

/// <summary>How many tasks a second are accepted, each durable when it is answered, while none is begun.</summary>
internal static class EnqueueFigures
{
    /// <summary>Tasks in one call.</summary>
    public const int Batch = 500;

    /// <summary>With this the payload has a kilobyte.</summary>
    public static readonly string Kilobyte = new('x', 1000);

    private const string Settings = "retain result, fsync and synchronous_commit on, queue paused";

    /// <summary>The host of each run is new, and what the just-in-time compiler learned is not: one run of each side teaches it.</summary>
    private const int Settling = 1;

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        foreach (var (callers, text) in new[] { (1, null), (16, null), (100, null), (100, Kilobyte) }) await Single(options, server, callers, text);
        foreach (var callers in new[] { 16, 100 }) await Http(options, server, callers);
        foreach (var (callers, text) in new[] { (1, null), (4, null), (4, Kilobyte) }) await Batches(options, server, callers, text);
    }

    /// <summary>As it is told in a figure.</summary>
    public static string Payload(string? text) => text is null ? "payload {}" : "payload of 1 KB";

    /// <summary>As it ends a figure's name.</summary>
    public static string Suffix(string? text) => text is null ? "" : ".1kb";

    private static async Task Single(BenchOptions options, PostgresServer server, int callers, string? text)
    {
        var name = $"tasks.enqueue_single.{callers}{Suffix(text)}";
        if (!options.Wants(name)) return;

        var clients = Math.Min(callers, SqlBound.MaxClients);
        var task = new Noop(text);
        var pair = await Pair.Measure(
            options.Runs,
            () => Run(options, server, callers, 1, host => host.Client.Enqueue(TaskHost.Tenant, task)),
            () => SqlBound.Insert(options, server, SqlBound.TasksTable, clients, rows: 1, text),
            Settling);
        Report.Add(pair.ToFigure(name, "tasks/s", rate => rate, $"SQL: a row a transaction into the same table, {clients} connections",
            $"{callers} callers in the silo's process, ITaskClient.Enqueue one by one, {Payload(text)}, {Settings}"));
    }

    private static async Task Http(BenchOptions options, PostgresServer server, int callers)
    {
        var name = $"tasks.enqueue_http.{callers}";
        if (!options.Wants(name)) return;

        var clients = Math.Min(callers, SqlBound.MaxClients);
        var pair = await Pair.Measure(
            options.Runs, () => OverHttp(options, server, callers), () => SqlBound.Insert(options, server, SqlBound.TasksTable, clients, rows: 1, text: null), Settling);
        Report.Add(pair.ToFigure(name, "tasks/s", rate => rate, $"SQL: a row a transaction into the same table, {clients} connections",
            $"{callers} keep-alive connections from another process, POST /api/v1/tasks with a bearer token, {Payload(null)}, {Settings}"));
    }

    private static async Task Batches(BenchOptions options, PostgresServer server, int callers, string? text)
    {
        var name = $"tasks.enqueue_batch.{callers}{Suffix(text)}";
        if (!options.Wants(name)) return;

        Noop[] tasks = [.. Enumerable.Repeat(new Noop(text), Batch)];
        var pair = await Pair.Measure(
            options.Runs,
            () => Run(options, server, callers, Batch, host => host.Client.EnqueueAll(TaskHost.Tenant, tasks)),
            () => SqlBound.Insert(options, server, SqlBound.TasksTable, callers, Batch, text),
            Settling);
        Report.Add(pair.ToFigure(name, "tasks/s", rate => rate, $"SQL: {Batch} rows a transaction by unnest into the same table, {callers} connections",
            $"{callers} callers in the silo's process, ITaskClient.EnqueueAll of {Batch}, {Payload(text)}, {Settings}"));
    }

    private static async Task<double> Run(BenchOptions options, PostgresServer server, int callers, int tasks, Func<TaskHost, Task> call)
    {
        await using var host = await TaskHost.Start(server, paused: true);
        return await Callers.Rate(options, callers, tasks, (_, _) => call(host));
    }

    private static async Task<double> OverHttp(BenchOptions options, PostgresServer server, int callers)
    {
        await using var host = await TaskHost.Start(server, paused: true);
        var body = JsonSerializer.Serialize(new { type = Noop.Name, payload = new { } });
        var request = HttpLoad.Request("POST", "/api/v1/tasks", await host.Headers(), body);
        return (await HttpLoad.Run(options, host.Port, Environment.ProcessId, callers, [request])).PerSecond;
    }
}
