using System.Collections.Immutable;
using Buildify.Tasks;
using Buildify.Worker.Execution;

namespace Buildify.Worker.Queues;

/// <summary>
/// What a worker has of one partition: the tasks that wait here or run, and the outcomes whose receipt the owner has not confirmed. An
/// outcome leaves when it is durable elsewhere, and not before.
/// </summary>
internal sealed class HeldTasks(string queue)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(Guid, int), TaskRun> _runs = [];
    private readonly List<ImmutableArray<TaskOutcome>> _reporting = [];
    private List<TaskOutcome> _ended = [];
    private TaskCompletionSource? _wanted;
    private TaskCompletionSource? _empty;
    private int _unreported;

    public string Queue => queue;

    /// <summary>Outcomes that the owner has not confirmed.</summary>
    public int Unreported => Volatile.Read(ref _unreported);

    /// <summary>False where it is here already.</summary>
    public bool TryAdd(TaskRun run)
    {
        lock (_lock) return _runs.TryAdd((run.Id, run.Attempt), run);
    }

    /// <summary>From what runs to what is reported.</summary>
    public void End(TaskRun run, TaskOutcome outcome)
    {
        TaskCompletionSource? wanted;
        lock (_lock)
        {
            _runs.Remove((run.Id, run.Attempt));
            _ended.Add(outcome);
            _unreported++;
            (wanted, _wanted) = (_wanted, null);
        }
        wanted?.TrySetResult();
    }

    /// <summary>Waits for outcomes, and takes them out to be reported; each batch is then confirmed or put back.</summary>
    public async Task<ImmutableArray<TaskOutcome>> Take(int most, CancellationToken cancellation)
    {
        while (true)
        {
            Task wanted;
            lock (_lock)
            {
                if (_ended.Count > 0) return TakeNow(most);
                wanted = (_wanted ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await wanted.WaitAsync(cancellation);
        }
    }

    private ImmutableArray<TaskOutcome> TakeNow(int most)
    {
        ImmutableArray<TaskOutcome> batch = [.. _ended.Take(most)];
        if (batch.Length == _ended.Count) _ended = new List<TaskOutcome>(Math.Min(batch.Length, most));
        else _ended.RemoveRange(0, batch.Length);
        _reporting.Add(batch);
        return batch;
    }

    /// <summary>The owner has it.</summary>
    public void Confirm(ImmutableArray<TaskOutcome> batch)
    {
        TaskCompletionSource? empty = null;
        lock (_lock)
        {
            _reporting.Remove(batch);
            _unreported -= batch.Length;
            if (_unreported == 0) (empty, _empty) = (_empty, null);
        }
        empty?.TrySetResult();
    }

    /// <summary>Nobody knows whether the owner has it: it is reported again.</summary>
    public void PutBack(ImmutableArray<TaskOutcome> batch)
    {
        TaskCompletionSource? wanted;
        lock (_lock)
        {
            _reporting.Remove(batch);
            _ended.InsertRange(0, batch);
            (wanted, _wanted) = (_wanted, null);
        }
        wanted?.TrySetResult();
    }

    /// <summary>Done when every outcome is confirmed.</summary>
    public Task Reported()
    {
        lock (_lock)
        {
            if (_unreported == 0) return Task.CompletedTask;
            return (_empty ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }
    }

    /// <summary>All of it, for an owner who does not know.</summary>
    public ImmutableArray<HeldTask> All(DateTimeOffset now)
    {
        lock (_lock)
        {
            return
            [
                .. _runs.Values.Select(run => new HeldTask(run.Id, run.Attempt, run.IsWaiting ? now : run.StartedAt)),
                .. _ended.Concat(_reporting.SelectMany(batch => batch)).Select(outcome => new HeldTask(outcome.Id, outcome.Attempt, outcome.StartedAt)),
            ];
        }
    }

    public ImmutableArray<TaskRun> Runs()
    {
        lock (_lock) return [.. _runs.Values];
    }
}
