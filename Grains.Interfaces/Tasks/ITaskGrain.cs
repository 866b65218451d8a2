namespace Buildify.Tasks;

/// <summary>One task (<see cref="GrainKeys.Task"/>): look at it, wait for it, stop it, try it again. It holds nothing.</summary>
[Alias("buildify.one-task")]
public interface ITaskGrain : IGrainWithStringKey
{
    /// <summary>The task; null where there is none, none any more, or it is another tenant's.</summary>
    /// <param name="tenant">Whose it has to be; null for any.</param>
    /// <param name="wait">How long to wait for its end, at most 20 s; zero to only look.</param>
    [Alias("Get")]
    Task<TaskView?> Get(string? tenant, TimeSpan wait);

    /// <summary>Ends it where it is not running, and asks its handler to end where it is.</summary>
    /// <returns><see cref="FailureCodes.TaskEnded"/> where it has ended.</returns>
    [Alias("Cancel")]
    Task<Outcome<TaskView>> Cancel(string? tenant);

    /// <summary>Enqueues a dead task again, with as many attempts as it had at first.</summary>
    /// <returns><see cref="FailureCodes.TaskNotDead"/> where it is not dead.</returns>
    [Alias("Retry")]
    Task<Outcome<TaskView>> Retry(string? tenant);
}

/// <summary>Tasks of one tenant (<see cref="GrainKeys.Tenant"/>), as a list and in bulk.</summary>
[Alias("buildify.task-list")]
public interface ITaskListGrain : IGrainWithStringKey
{
    /// <summary>Newest first.</summary>
    [Alias("List")]
    Task<Outcome<Page<TaskView>>> List(TaskFilter filter, PageRequest page);

    /// <summary>Enqueues dead tasks again.</summary>
    /// <returns>How many.</returns>
    [Alias("RetryDead")]
    Task<long> RetryDead(TaskFilter filter);

    /// <summary>Deletes dead tasks.</summary>
    /// <returns>How many.</returns>
    [Alias("PurgeDead")]
    Task<long> PurgeDead(TaskFilter filter);
}

/// <summary>Which tasks; null for any.</summary>
/// <param name="Before">Those that ended before; for dead ones.</param>
[GenerateSerializer, Immutable, Alias("buildify.task-filter")]
public sealed record TaskFilter(
    [property: Id(0)] TaskState? State = null, [property: Id(1)] string? Type = null, [property: Id(2)] string? Queue = null,
    [property: Id(3)] DateTimeOffset? Before = null);
