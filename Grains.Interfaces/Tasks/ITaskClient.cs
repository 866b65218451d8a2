using System.Collections.Immutable;
using Buildify.Databases;
using Buildify.Idempotency;

namespace Buildify.Tasks;

/// <summary>Enqueues tasks; for grains, handlers and the gateway. Answers once the task is durable.</summary>
public interface ITaskClient
{
    /// <param name="tenant">Whose task it is; empty for the platform's own.</param>
    /// <exception cref="ArgumentException">The task or an option is refused; the message names it.</exception>
    /// <exception cref="TaskQueueFullException">The queue takes no more for now; <see cref="TaskQueueFullException.RetryAfter"/> says when to try again.</exception>
    Task<TaskHandle<TResult>> Enqueue<TResult>(string tenant, ITask<TResult> task, TaskOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Writes the task in the caller's own transaction: both commit together, or neither does. The tenant is the session's.</summary>
    Task<TaskHandle<TResult>> Enqueue<TResult>(TenantSession session, ITask<TResult> task, TaskOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Up to 10,000, all or none.</summary>
    Task<ImmutableArray<TaskHandle<TResult>>> EnqueueAll<TResult>(
        string tenant, IEnumerable<ITask<TResult>> tasks, TaskOptions? options = null, CancellationToken cancellation = default);

    /// <summary>Tasks as the gateway has them: by their type's name, with the payload as JSON. All or none.</summary>
    /// <param name="stamp">Committed with the tasks, where all go to one partition; null where the request had no key.</param>
    Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(
        ImmutableArray<NewTask> tasks, IdempotencyStamp? stamp = null, CancellationToken cancellation = default);

    /// <summary>A task that was enqueued before.</summary>
    TaskHandle<TResult> Find<TResult>(string tenant, Guid id);
}

/// <summary>A task that was enqueued.</summary>
/// <param name="WasThere">A unique key was held: this is the task that holds it, and nothing was enqueued.</param>
public sealed record TaskHandle<TResult>(string Tenant, Guid Id, bool WasThere, Func<TimeSpan, CancellationToken, Task<TaskView?>> Look)
{
    /// <summary>Waits for the end.</summary>
    /// <exception cref="TimeoutException">It did not end in time; it goes on.</exception>
    /// <exception cref="TaskFailedException">It ended otherwise than with a result.</exception>
    public async Task<TResult> Result(TimeSpan timeout, CancellationToken cancellation = default)
    {
        var view = await Look(timeout, cancellation);
        return view?.State switch
        {
            TaskState.Succeeded => view.Result is { } result ? System.Text.Json.JsonSerializer.Deserialize<TResult>(result.Text, BuildifyJson.Options)! : default!,
            TaskState.Dead or TaskState.Cancelled or TaskState.Expired => throw new TaskFailedException(view),
            null => throw new TaskFailedException($"Of task {Id} nothing is kept; enqueue it with TaskRetention.Result to ask for it later."),
            _ => throw new TimeoutException($"Task {Id} ({view.Type}) did not end within {timeout.TotalSeconds:0.#} s; it is {view.State} and goes on."),
        };
    }
}

/// <summary>The awaited task ended otherwise than with a result.</summary>
public sealed class TaskFailedException : Exception
{
    public TaskFailedException()
    {
    }

    public TaskFailedException(string message) : base(message)
    {
    }

    public TaskFailedException(string message, Exception inner) : base(message, inner)
    {
    }

    public TaskFailedException(TaskView task)
        : base($"Task {task.Id} ({task.Type}) is {task.State}: {task.Attempts.LastOrDefault()?.Error?.Message ?? "no attempt failed"}") => Task = task;

    public TaskView? Task { get; }
}
