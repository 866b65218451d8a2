using Buildify.Idempotency;

namespace Buildify.Tasks.Queues;

/// <summary>What one caller wants written by a flush: all of it or none.</summary>
internal sealed class JournalWork
{
    public List<(NewTask Task, TaskRow Row)> Inserts { get; } = [];

    public IdempotencyStamp? Stamp { get; init; }

    /// <summary>What is stored for a repeat of the request.</summary>
    public string? StampedResponse { get; init; }

    public List<Ending> Ends { get; } = [];

    public List<Retry> Retries { get; } = [];

    public List<Mark> Marks { get; } = [];

    public List<Guid> Cancels { get; } = [];

    public bool TakesDue { get; init; }

    public bool TakesUnseen { get; init; }

    /// <summary>What became of each task with a time or a key.</summary>
    public Dictionary<Guid, (string State, DateTimeOffset RunAt)> Written { get; } = [];

    /// <summary>Tasks that were not written, since another holds the unique key: that one, and how it stands.</summary>
    public Dictionary<Guid, EnqueuedTask> Holders { get; } = [];

    /// <summary>Rows that were due, or unseen.</summary>
    public List<StoredTask> Taken { get; } = [];

    /// <summary>Rows whose turn came by the end of one with their ordering key.</summary>
    public List<StoredTask> Promoted { get; } = [];

    /// <summary>Of the marked: those that their handler's own transaction has completed.</summary>
    public HashSet<Guid> Proven { get; } = [];

    /// <summary>Before it is written, again too.</summary>
    public void Reset()
    {
        Written.Clear();
        Holders.Clear();
        Taken.Clear();
        Promoted.Clear();
        Proven.Clear();
    }

    public int Weight => Math.Max(1, Inserts.Count + Ends.Count + Retries.Count + Marks.Count + Cancels.Count);
}

/// <summary>A task's end.</summary>
/// <param name="State">As in <c>task_end</c>.</param>
/// <param name="Attempt">How many attempts began.</param>
internal sealed record Ending(TaskRow Row, string State, int Attempt)
{
    /// <summary>JSON; null for none.</summary>
    public string? Result { get; init; }

    public DateTimeOffset? StartedAt { get; init; }

    public DateTimeOffset FinishedAt { get; init; }

    public string? Worker { get; init; }

    /// <summary>JSON; null where it said nothing.</summary>
    public string? Progress { get; init; }

    /// <summary>JSON: those that failed.</summary>
    public string? Attempts { get; init; }

    /// <summary>Whether a transaction of the handler's may have written its completion.</summary>
    public bool MayBeProven { get; init; }

    /// <summary>Whether nothing else hangs on it.</summary>
    public bool IsPlain => State == "succeeded" && Attempt == 1 && Row.IsPlain && Progress is null && !MayBeProven;
}

/// <summary>A task that is tried again later.</summary>
internal sealed record Retry(TaskRow Row, int Attempt, double DelaySeconds, string? Attempts);

/// <summary>An attempt that is written down before it is known how it ends, or because it was lost.</summary>
/// <param name="Level">As in <c>tasks.doubt</c>.</param>
internal sealed record Mark(TaskRow Row, int Attempt, int Level, string? Attempts);

internal static class NewTaskExtensions
{
    extension(NewTask task)
    {
        /// <summary>Whether writing it is writing a row, and no more.</summary>
        public bool IsPlain => task is { RunAt: null, DelaySeconds: null, ExpiresAt: null, UniqueKey: null, OrderingKey: null };
    }
}
