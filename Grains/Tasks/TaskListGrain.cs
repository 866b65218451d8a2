using System.Collections.Immutable;
using Npgsql;

namespace Buildify.Tasks;

[StatelessWorker, GrainType("task-list")]
internal sealed class TaskListGrain(
    NpgsqlDataSource database, TaskTables tables, TaskOwners owners, TaskPartitions partitions, TimeProvider time) : Grain, ITaskListGrain
{
    /// <summary>How long one call goes on in bulk; what is left then is left, and another call goes on. Below the runtime's time limit.</summary>
    private static readonly TimeSpan Bulk = TimeSpan.FromSeconds(20);

    private string Tenant => this.TenantId();

    public async Task<Outcome<Page<TaskView>>> List(TaskFilter filter, PageRequest page)
    {
        if (!TryPlace(page, out var before)) return Cursor.Bad();

        var running = await Running(filter);
        IEnumerable<TaskView> found = filter.State == TaskState.Running
            ? running.Values.Where(task => Fits(task, filter) && task.Id < before).OrderByDescending(task => task.Id).Take(page.Limit + 1)
            : (await tables.List(Tenant, filter, before, page.Limit + 1, [.. running.Keys]))
                .Select(task => task.State.IsEnd() ? task : running.GetValueOrDefault(task.Id, task));
        return Cursor.Page(found, page, task => task.Id.ToString());
    }

    public Task<long> RetryDead(TaskFilter filter) => InBulk(filter, async ids =>
    {
        var back = await DeadTasks.Retry(database, Tenant, ids);
        foreach (var id in back.Distinct())
        {
            if (await partitions.Find(id) is { } partition) await owners.Poke(partition);
        }
        return back.Count;
    });

    public Task<long> PurgeDead(TaskFilter filter) => InBulk(filter, ids => DeadTasks.Purge(database, ids));

    // What dies from now on is not meant: a task that is retried and dies again would be retried without end.
    private async Task<long> InBulk(TaskFilter filter, Func<Guid[], Task<int>> step)
    {
        var began = time.GetTimestamp();
        await using var clock = database.CreateCommand("SELECT now()");
        var now = new DateTimeOffset((DateTime)(await clock.ExecuteScalarAsync())!);
        var rest = filter with { Before = filter.Before is { } before && before < now ? before : now };
        long count = 0;
        while (true)
        {
            var ids = await DeadTasks.Find(database, Tenant, rest);
            var done = ids.Length == 0 ? 0 : await step(ids);
            count += done;
            if (done == 0 || time.GetElapsedTime(began) > Bulk) return count;
        }
    }

    private async Task<ImmutableDictionary<Guid, TaskView>> Running(TaskFilter filter)
    {
        if (filter.State is { } state && state.IsEnd()) return ImmutableDictionary<Guid, TaskView>.Empty;

        var asked = (await partitions.All()).Where(partition => filter.Queue is null || partition.Queue == filter.Queue);
        var answers = await owners.Ask(asked, owner => owner.Running(Tenant));
        return answers.SelectMany(answer => answer.Answer).ToImmutableDictionary(task => task.Id);
    }

    private static bool Fits(TaskView task, TaskFilter filter) =>
        (filter.Type is null || task.Type == filter.Type) && (filter.Queue is null || task.Queue == filter.Queue);

    private static bool TryPlace(PageRequest page, out Guid before)
    {
        before = Guid.AllBitsSet;
        return Cursor.TryRead<string>(page.Cursor, out var place) && (place is null || Guid.TryParse(place, out before));
    }
}
