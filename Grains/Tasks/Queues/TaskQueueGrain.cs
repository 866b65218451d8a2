using System.Collections.Immutable;
using Buildify.Idempotency;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Buildify.Tasks.Queues;

/// <inheritdoc cref="ITaskQueueGrain"/>
/// <remarks>Reentrant: while one call waits for its commit, or a worker for a task, the next ones are served.</remarks>
[Reentrant, GrainType("task-queue")]
internal sealed class TaskQueueGrain(
    [FromKeyedServices(TaskQueueGrain.JournalKey)] NpgsqlDataSource source, IOptions<TaskQueueOptions> options,
    QueueMetrics metrics, TaskOwners owners, TaskPartitions partitions, TimeProvider time, ILogger<TaskQueueGrain> log) : Grain, ITaskQueueGrain
{
    /// <summary>The key of the pool whose connections plan the journal's statements as they are meant.</summary>
    public const string JournalKey = "journal";

    private PartitionOwner _owner = null!;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var (queue, number) = GrainKeys.TaskPartitionOf(this.GetPrimaryKeyString());
        _owner = new PartitionOwner(
            queue, number, source, options.Value, metrics, owners, partitions, time, DeactivateOnIdle, log);
        await _owner.Begin();
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => _owner?.End() ?? Task.CompletedTask;

    public Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(ImmutableArray<NewTask> tasks, IdempotencyStamp? stamp) => _owner.Enqueue(tasks, stamp);

    public Task<Attached> Attach(WorkerInfo worker, ImmutableArray<HeldTask> held) => _owner.Attach(worker, held);

    public Task<Exchanged> Exchange(string worker, long epoch, ImmutableArray<TaskOutcome> outcomes, int capacity) =>
        _owner.Exchange(worker, epoch, outcomes, capacity);

    public Task<BeatAnswer> Beat(string worker, long epoch, ImmutableArray<TaskBeat> progress) => Task.FromResult(_owner.Beat(worker, epoch, progress));

    public Task Detach(string worker, long epoch) => _owner.Detach(worker, epoch);

    public Task Poke()
    {
        _owner.Poke();
        return Task.CompletedTask;
    }

    public Task<TaskView?> Find(Guid id, string? tenant) => _owner.Find(id, tenant);

    public Task<TaskView?> Wait(Guid id, string? tenant, TimeSpan timeout) => _owner.Wait(id, tenant, timeout);

    public Task<Outcome<TaskView>> Cancel(Guid id, string? tenant) => _owner.Cancel(id, tenant);

    public Task<ImmutableArray<TaskView>> Running(string? tenant) => Task.FromResult(_owner.Running(tenant));

    public Task<PartitionStats> Stats() => Task.FromResult(_owner.Stats());
}
