using System.Diagnostics;
using Buildify.Hosting.Tasks;
using Buildify.Tasks;
using Buildify.Testing.Postgres;
using Buildify.Worker;

namespace Buildify.Bench.Tasks;

/// <summary>The queues' owners and a worker.</summary>
internal sealed class TaskHost : IAsyncDisposable
{
    public const string Tenant = PlatformHost.Tenant;

    /// <summary>Between two looks whether all is done: less than runs differ by.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    /// <summary>What takes longer than this is stuck.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly PlatformHost _host;
    private readonly ITaskQueueGrain _owner;

    private TaskHost(PlatformHost host)
    {
        _host = host;
        Client = host.Services.GetRequiredService<ITaskClient>();
        _owner = host.Grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue(Noop.QueueName, 0));
    }

    public ITaskClient Client { get; }

    public int Port => _host.Port;

    /// <param name="server">One whose commits reach the disk.</param>
    /// <param name="paused">Whether nothing is begun before <see cref="Resume"/>.</param>
    public static async Task<TaskHost> Start(PostgresServer server, bool paused)
    {
        var host = new TaskHost(await PlatformHost.Start(server, builder =>
        {
            builder.Services.AddTaskAssembly(typeof(Noop).Assembly);
            builder.UseOrleans(silo => silo.AddTaskWorker());
        }, []));
        Starts.Clear();
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
        var (left, kept) = (await _host.Database.QueryAsync<long>("SELECT count(*) FROM tasks"), await _host.Database.QueryAsync<long>("SELECT count(*) FROM task_history"));
        var wanted = retain == TaskRetention.Nothing ? 0 : count;
        return left == 0 && kept == wanted ? end : throw new InvalidOperationException($"{left} tasks are left, {kept} are in the history, not {wanted}.");
    }

    /// <summary>Of a client signed in as the administrator, as they go over the wire.</summary>
    public async Task<string> Headers()
    {
        using var http = await _host.SignIn();
        return $"Authorization: {http.DefaultRequestHeaders.Authorization}\r\nX-Tenant: {Tenant}\r\n";
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task Prepare(bool paused)
    {
        // Whoever is first brings the owner into memory, and the worker to it.
        await Client.Enqueue(Tenant, new Noop(), new TaskOptions { Retain = TaskRetention.Nothing });
        await Done(1, TaskRetention.Nothing);
        Starts.Clear();
        if (paused) await Pause(true);
    }

    private async Task Pause(bool paused)
    {
        var changed = await _host.Grains.GetGrain<ITaskQueuesGrain>(GrainKeys.Platform).Change(Noop.QueueName, new TaskQueueChange { Paused = paused });
        if (!changed.Succeeded) throw new InvalidOperationException(changed.Failure.Detail);
    }
}
