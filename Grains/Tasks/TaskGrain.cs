using Npgsql;

namespace Buildify.Tasks;

/// <summary>Knows from a task's id who owns it, and looks where ended ones are.</summary>
[StatelessWorker, Reentrant, GrainType("one-task")]
internal sealed class TaskGrain(NpgsqlDataSource database, TaskTables tables, TaskOwners owners, TaskPartitions partitions, TimeProvider time) : Grain, ITaskGrain
{
    private static readonly TimeSpan StepPause = TimeSpan.FromMilliseconds(200);

    private Guid Id => Guid.Parse(GrainKeyText[(GrainKeyText.IndexOf(':', StringComparison.Ordinal) + 1)..]);

    private string GrainKeyText => this.GetPrimaryKeyString();

    public async Task<TaskView?> Get(string? tenant, TimeSpan wait)
    {
        var id = Id;
        if (await Home(id) is not { } home) return null;

        var owner = owners.Of(home);
        var here = wait > TimeSpan.Zero
            ? await owner.Wait(id, tenant, wait < TaskWaits.MaxOfCall ? wait : TaskWaits.MaxOfCall)
            : await owner.Find(id, tenant);
        if ((here ?? await tables.FindEnded(id, tenant) ?? await FindUnseen(home, id, tenant)) is { } task) return task;
        if (await tables.FindStep(id, tenant) is not { } step) return null;
        // Who waits for it asks again soon: its turn comes without its owner's doing.
        if (wait > TimeSpan.Zero && !step.State.IsEnd()) await Task.Delay(StepPause < wait ? StepPause : wait, time);
        return step;
    }

    public async Task<Outcome<TaskView>> Cancel(string? tenant)
    {
        var id = Id;
        if (await Home(id) is not { } home) return NotThere(id);

        var owner = owners.Of(home);
        var cancelled = await owner.Cancel(id, tenant);
        if (cancelled.Failure?.Code != FailureCodes.NotFound) return cancelled;
        if (await tables.FindEnded(id, tenant) is { } ended) return Ended(ended);
        if (await FindUnseen(home, id, tenant) is null) return NotThere(id);
        return await owner.Cancel(id, tenant);
    }

    public async Task<Outcome<TaskView>> Retry(string? tenant)
    {
        var id = Id;
        if (await Home(id) is not { } home) return NotThere(id);

        if ((await DeadTasks.Retry(database, tenant, id)).Count == 0)
        {
            return await Get(tenant, TimeSpan.Zero) is { } other ? NotDead(other) : NotThere(id);
        }
        return await FindUnseen(home, id, tenant) is { } back ? back : await Get(tenant, TimeSpan.Zero) is { } task ? task : NotThere(id);
    }

    // Somebody else wrote it, and its owner has not taken it in; or it came back from the dead while it was looked for.
    private async Task<TaskView?> FindUnseen(TaskPartition home, Guid id, string? tenant)
    {
        if (await tables.FindLive(id, tenant) is not { } row) return null;
        await owners.Poke(home);
        return await owners.Of(home).Find(id, tenant) ?? row;
    }

    private ValueTask<TaskPartition?> Home(Guid id) => partitions.Find(TaskPlacement.PartitionOf(id));

    private static Failure NotThere(Guid id) => Failure.NotFound($"There is no task '{id}', or none any more; GET /api/v1/tasks lists them.");

    private static Failure Ended(TaskView task) => new(FailureCodes.TaskEnded, $"The task has ended: it is {Name(task)}. There is nothing left to cancel.");

    private static Failure NotDead(TaskView task) => new(FailureCodes.TaskNotDead, $"The task is {Name(task)}; only a dead one can be retried.");

    private static string Name(TaskView task) => task.State.ToString().ToLowerInvariant();
}
