using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Buildify.Gateway;
using Buildify.Hosting.Tasks;
using Buildify.Silo;
using Buildify.Tasks;
using Buildify.Testing.Hosts;
using Buildify.Testing.Postgres;
using Buildify.Worker;

namespace Buildify.Bench.Tasks;

/// <summary>
/// The platform in this process, as AppHost has it: the queues' owners, a worker and the gateway. Each run has a new one, on a new database:
/// none is measured on what another left.
/// </summary>
internal sealed class TaskHost : IAsyncDisposable
{
    public const string Tenant = "acme";

    private const string Password = "a-password-for-measuring";

    /// <summary>Between two looks whether all is done: less than runs differ by.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>What takes longer than this is stuck.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly WebApplication _app;
    private readonly PostgresDatabase _database;
    private readonly ITaskQueueGrain _owner;

    private TaskHost(WebApplication app, PostgresDatabase database)
    {
        (_app, _database) = (app, database);
        Client = app.Services.GetRequiredService<ITaskClient>();
        _owner = Grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue(Noop.QueueName, 0));
    }

    public ITaskClient Client { get; }

    public int Port => new Uri(_app.Urls.First()).Port;

    private IGrainFactory Grains => _app.Services.GetRequiredService<IGrainFactory>();

    /// <param name="server">One whose commits reach the disk.</param>
    /// <param name="paused">Whether nothing is begun before <see cref="Resume"/>.</param>
    public static async Task<TaskHost> Start(PostgresServer server, bool paused)
    {
        var database = await server.CreateDatabaseAsync();
        await Durable.Check(database);
        var builder = WebApplication.CreateBuilder();
        builder.Configuration.AddInMemoryCollection(
        [
            new("ConnectionStrings:Postgres", database.ConnectionString),
            new("BUILDIFY_ADMIN_PASSWORD", Password),
            new("Logging:LogLevel:Default", nameof(LogLevel.Warning)),
            new("Logging:LogLevel:Microsoft.Hosting.Lifetime", nameof(LogLevel.Warning)),
            new("Cluster:SiloPort", HostProcess.FreePort().ToString(CultureInfo.InvariantCulture)),
            new("Cluster:GatewayPort", HostProcess.FreePort().ToString(CultureInfo.InvariantCulture)),
        ]);
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.AddSilo([]);
        builder.Services.AddTaskAssembly(typeof(Noop).Assembly);
        builder.UseOrleans(silo => silo.AddTaskWorker());
        builder.AddGateway([]);
        // Standard output has the figures, and nothing else.
        builder.Logging.ClearProviders().AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        var app = builder.Build();
        app.UseGateway();
        await app.StartAsync();
        Starts.Clear();
        var host = new TaskHost(app, database);
        await host.Prepare(paused);
        return host;
    }

    /// <summary>Lets the queue's tasks begin.</summary>
    public Task Resume() => Pause(false);

    /// <summary>Enqueues by batches of 500 from four callers.</summary>
    public async Task Fill(int count, string? text, TaskRetention retain)
    {
        var batches = Enumerable.Range(0, (count + EnqueueFigures.Batch - 1) / EnqueueFigures.Batch);
        await Parallel.ForEachAsync(batches, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (batch, cancellation) =>
        {
            var tasks = Enumerable.Repeat(new Noop(text), Math.Min(EnqueueFigures.Batch, count - batch * EnqueueFigures.Batch));
            await Client.EnqueueAll(Tenant, tasks, new TaskOptions { Retain = retain }, cancellation);
        });
    }

    /// <summary>Returns when the ends of that many tasks are committed.</summary>
    /// <returns>When that was, by <see cref="Stopwatch"/>.</returns>
    /// <exception cref="InvalidOperationException">The tables say otherwise.</exception>
    public async Task<long> Done(int count, TaskRetention retain)
    {
        var start = Stopwatch.GetTimestamp();
        while (Starts.Count < count || await _owner.Stats() is { Depth: > 0 } or { Running: > 0 })
        {
            if (Stopwatch.GetElapsedTime(start) > Limit) throw new TimeoutException($"{Starts.Count} of {count} tasks began within {Limit}; {await _owner.Stats()}");
            await Task.Delay(Look, TimeProvider.System);
        }
        var end = Stopwatch.GetTimestamp();
        var (left, kept) = (await _database.QueryAsync<long>("SELECT count(*) FROM tasks"), await _database.QueryAsync<long>("SELECT count(*) FROM task_history"));
        var wanted = retain == TaskRetention.Nothing ? 0 : count;
        return left == 0 && kept == wanted ? end : throw new InvalidOperationException($"{left} tasks are left, {kept} are in the history, not {wanted}.");
    }

    /// <summary>Of a client signed in as the administrator, as they go over the wire.</summary>
    public async Task<string> Headers()
    {
        using var http = await SignIn();
        return $"Authorization: {http.DefaultRequestHeaders.Authorization}\r\nX-Tenant: {Tenant}\r\n";
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
    }

    private async Task Prepare(bool paused)
    {
        using var http = await SignIn();
        using var tenant = await http.PostAsJsonAsync("/api/v1/tenants", new { id = Tenant, display_name = "Acme" });
        tenant.EnsureSuccessStatusCode();
        // Whoever is first brings the owner into memory, and the worker to it.
        await Client.Enqueue(Tenant, new Noop(), new TaskOptions { Retain = TaskRetention.Nothing });
        await Done(1, TaskRetention.Nothing);
        Starts.Clear();
        if (paused) await Pause(true);
    }

    private async Task Pause(bool paused)
    {
        var changed = await Grains.GetGrain<ITaskQueuesGrain>(GrainKeys.Platform).Change(Noop.QueueName, new TaskQueueChange { Paused = paused });
        if (!changed.Succeeded) throw new InvalidOperationException(changed.Failure.Detail);
    }

    private async Task<HttpClient> SignIn()
    {
        var http = new HttpClient { BaseAddress = new Uri(_app.Urls.First()) };
        using var answer = await http.PostAsJsonAsync("/api/v1/auth/token", new { email = "admin@localhost", password = Password });
        answer.EnsureSuccessStatusCode();
        var body = await answer.Content.ReadFromJsonAsync<JsonElement>();
        http.DefaultRequestHeaders.Authorization = new("Bearer", body.GetProperty("access_token").GetString());
        return http;
    }
}
