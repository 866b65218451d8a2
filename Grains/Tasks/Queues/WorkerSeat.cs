using System.Collections.Frozen;

namespace Buildify.Tasks.Queues;

/// <summary>A worker that takes from this partition.</summary>
internal sealed class WorkerSeat(WorkerInfo info)
{
    private readonly FrozenSet<string> _types = info.Types.Select(type => type.Type).ToFrozenSet(StringComparer.Ordinal);

    public WorkerInfo Info => info;

    public string Name => info.Name;

    /// <summary>When it was heard of last, as a timestamp.</summary>
    public long SeenAt { get; set; }

    /// <summary>Of its tasks those whose handlers are to end; told with each beat until they have.</summary>
    public HashSet<Guid> Cancelled { get; } = [];

    public bool Knows(string type) => _types.Contains(type);
}

/// <summary>A worker's call that waits for tasks.</summary>
internal sealed class WaitingWorker(WorkerSeat seat, int capacity, long since)
{
    public WorkerSeat Seat => seat;

    public int Capacity => capacity;

    public long Since => since;

    public TaskCompletionSource<List<RunningTask>> Given { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A task that a worker has.</summary>
internal sealed class RunningTask(TaskRow row, WorkerSeat seat, int attempt, DateTimeOffset since)
{
    public TaskRow Row => row;

    public WorkerSeat Seat => seat;

    public int Attempt => attempt;

    /// <summary>Given out then; by PostgreSQL's clock.</summary>
    public DateTimeOffset Since => since;

    public TaskProgress? Progress { get; set; }

    public bool CancelRequested { get; set; }

    /// <summary>How it was counted among the suspects: 0 not at all, 1 among others, 2 alone.</summary>
    public int Suspicion { get; init; }

    /// <summary>It is no suspect any more.</summary>
    public bool IsAcquitted { get; set; }

    /// <summary>The flush that its outcome is in; null before it is handed in.</summary>
    public Task? Settling { get; set; }
}
