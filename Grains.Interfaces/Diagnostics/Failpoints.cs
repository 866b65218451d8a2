namespace Buildify.Diagnostics;

/// <summary>
/// Named places in the program at which a test halts the process, to kill it just there. One place is armed with the environment
/// variable <c>BUILDIFY_FAILPOINT</c>, as <c>name</c> or <c>name=detail</c>; unset, as in production, reaching a place is one
/// comparison with null.
/// </summary>
public static class Failpoints
{
    /// <summary>A grain's document is in PostgreSQL, and the grain does not know it yet. Detail: the grain's key; of a module's own tables, the module.</summary>
    public const string AfterWrite = "after-write";

    /// <summary>All effects of a request are committed, and nothing of the answer is sent. Detail: method and path.</summary>
    public const string BeforeAnswer = "before-answer";

    /// <summary>A step of an installation is done, and not yet written down as done. Detail: the step's name.</summary>
    public const string AfterStep = "after-step";

    /// <summary>A flush of a task queue is about to be sent. Detail: the queue.</summary>
    public const string TaskFlush = "task-flush";

    /// <summary>A flush of a task queue is committed, and its owner does not know it yet. Detail: the queue.</summary>
    public const string TaskFlushed = "task-flushed";

    /// <summary>The owner has given tasks to a worker, and its answer is not sent. Detail: the queue.</summary>
    public const string TaskDispatched = "task-dispatched";

    /// <summary>A worker has got a task, and its handler was not called yet. Detail: the task's type.</summary>
    public const string TaskInHandler = "task-in-handler";

    /// <summary>A handler has returned, and so committed what it commits, and its end is not reported. Detail: the task's type.</summary>
    public const string TaskBeforeReport = "task-before-report";

    /// <summary>A flush of a partition of the event log is about to be sent. Detail: the partition.</summary>
    public const string EventFlush = "event-flush";

    /// <summary>A flush of the event log is committed, and its owner does not know it yet. Detail: the partition.</summary>
    public const string EventFlushed = "event-flushed";

    private static readonly string? Armed = Environment.GetEnvironmentVariable("BUILDIFY_FAILPOINT");

    /// <summary>Where this place is armed: says so on standard output and never returns.</summary>
    public static Task Reach(string name, string detail) =>
        Armed is null || (Armed != name && Armed != $"{name}={detail}") ? Task.CompletedTask : Halt(name, detail);

    private static Task Halt(string name, string detail)
    {
        Console.WriteLine($"failpoint reached: {name}={detail}");
        return new TaskCompletionSource().Task;
    }
}
