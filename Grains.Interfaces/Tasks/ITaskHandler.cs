namespace Buildify.Tasks;

/// <summary>
/// Runs tasks of one type. A module's handlers are found by this interface; each run makes its own instance, with the services that the
/// constructor asks for. It may run more than once for one task, so its effects are idempotent, or committed by
/// <see cref="TaskContext.Complete{TResult}(Databases.TenantSession, TResult, CancellationToken)"/>.
/// </summary>
public interface ITaskHandler<TTask, TResult>
    where TTask : ITask<TResult>
{
    /// <exception cref="PermanentFailureException">Trying again cannot mend it; the task is dead.</exception>
    /// <exception cref="Exception">Any other: the task is tried again later, until its attempts are used up.</exception>
    Task<TResult> Handle(TTask task, TaskContext context);
}

/// <summary>Thrown by a handler whose task no further attempt can mend.</summary>
public sealed class PermanentFailureException : Exception
{
    public PermanentFailureException()
    {
    }

    public PermanentFailureException(string message) : base(message)
    {
    }

    public PermanentFailureException(string message, Exception inner) : base(message, inner)
    {
    }
}

/// <summary>Thrown where the task was completed by an earlier run: what this run wrote goes with its transaction.</summary>
public sealed class TaskCompletedException(string message, Exception inner) : Exception(message, inner);
