using Buildify.Testing.Cluster;
using Buildify.Worker.Execution;
using Buildify.Worker.Fakes;
using Buildify.Worker.Queues;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Worker;

/// <summary>A silo that is a worker too, on a real PostgreSQL.</summary>
public sealed class WorkerFixture : IAsyncLifetime
{
    public PlatformCluster Platform { get; private set; } = null!;

    public IServiceProvider Services => Platform.Cluster.GetSiloServiceProvider();

    public IGrainFactory Grains => Services.GetRequiredService<IGrainFactory>();

    public async Task InitializeAsync() => Platform = await PlatformCluster.Launch(workers: true, tasks: typeof(WorkerFixture).Assembly);

    /// <summary>With a setting that is 0.</summary>
    internal async Task InitializeAsync(string zero) =>
        Platform = await PlatformCluster.Launch(settings: [(zero, "0")], workers: true, tasks: typeof(WorkerFixture).Assembly);

    public async Task DisposeAsync() => await Platform.DisposeAsync();

    /// <summary>Runs an attempt as if a queue's owner had given it.</summary>
    internal async Task<Tasks.TaskOutcome> Run(Tasks.TaskAssignment task)
    {
        var held = new HeldTasks("default");
        var time = Services.GetRequiredService<TimeProvider>();
        var run = new TaskRun(task, held, Services.GetRequiredService<Breakers>(), time.GetTimestamp());
        held.TryAdd(run).ShouldBeTrue();
        Services.GetRequiredService<TaskSlots>().Add([run]);
        var batch = await held.Take(1, CancellationToken.None).WaitAsync(WorkerRig.Patience);
        return batch.Single();
    }
}
