namespace Buildify.Tasks;

/// <summary>What is kept of a task that ended otherwise than dead.</summary>
public enum TaskRetention
{
    /// <summary>Nothing; a later look finds no task. A caller who waits for the end still gets the result.</summary>
    Nothing,

    /// <summary>All of it for a day at least, two at most. The default.</summary>
    Result,

    /// <summary>All of it, for <c>Tasks__KeepDays</c> (30).</summary>
    Everything,
}

/// <summary>How one task is to be run, where not as its type says.</summary>
public sealed record TaskOptions
{
    public const int DefaultPriority = 5;
    public const int MaxPriority = 9;
    public const int MaxKeyLength = 255;
    public const int MaxPayloadBytes = 256 * 1024;
    public const int MaxBatch = 10_000;

    /// <summary>Null for the type's.</summary>
    public string? Queue { get; init; }

    /// <summary>0 to 9; 9 goes first.</summary>
    public int Priority { get; init; } = DefaultPriority;

    /// <summary>Not before this time; null for now. Not together with <see cref="Delay"/>.</summary>
    public DateTimeOffset? RunAt { get; init; }

    /// <summary>Not before this is over, counted by PostgreSQL's clock.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>Not begun by then, it never is: its end is <see cref="TaskState.Expired"/>.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>While a task of this tenant and type with the same key is unfinished, enqueueing answers that one. 1 to 255 characters.</summary>
    public string? UniqueKey { get; init; }

    /// <summary>Holds <see cref="UniqueKey"/> for this long from now, finished or not.</summary>
    public TimeSpan? UniqueFor { get; init; }

    /// <summary>Tasks of this tenant and queue with the same key run one at a time, in the order enqueued. 1 to 255 characters.</summary>
    public string? OrderingKey { get; init; }

    /// <summary>1 to 100; null for the type's.</summary>
    public int? MaxAttempts { get; init; }

    public TaskRetention Retain { get; init; } = TaskRetention.Result;
}
