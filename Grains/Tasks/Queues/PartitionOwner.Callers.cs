using System.Collections.Immutable;
using System.Text.Json;
using Buildify.Databases;
using Buildify.Idempotency;

namespace Buildify.Tasks.Queues;

/// <summary>What callers ask.</summary>
internal sealed partial class PartitionOwner
{
    /// <summary>Who waits for a task's end.</summary>
    private readonly Dictionary<Guid, List<TaskCompletionSource<TaskView?>>> _watchers = [];

    /// <summary>Tasks that are being ended without having run: whoever reads them meanwhile leaves them out.</summary>
    private readonly HashSet<Guid> _ending = [];

    private long Depth => _ready.Total + _scheduled + _waiting + _running.Count + _doubtful.Count;

    public async Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(ImmutableArray<NewTask> tasks, IdempotencyStamp? stamp)
    {
        var most = Math.Max(1, options.MaxDepth / _journal.Seat.Partitions);
        if (Depth + _writer.Weight + tasks.Length > most)
        {
            return new Failure(FailureCodes.QueueFull, $"The queue '{queue}' has {Depth} tasks, and takes {most} at most; try again later.");
        }

        var now = Now;
        var rows = new TaskRow[tasks.Length];
        for (var index = 0; index < rows.Length; index++) rows[index] = TaskRow.New(_ids.Next(), tasks[index], now);
        var work = new JournalWork { Stamp = stamp, StampedResponse = stamp is null ? null : Response(tasks, rows) };
        for (var index = 0; index < rows.Length; index++) work.Inserts.Add((tasks[index], rows[index]));
        try
        {
            await _writer.Add(work, work.Weight);
        }
        catch (GroupWriterFullException)
        {
            return new Failure(FailureCodes.QueueFull, $"The queue '{queue}' has more to write than it can at the moment; try again shortly.");
        }
        catch (Npgsql.PostgresException error) when (error.ConstraintName == "idempotency_keys_pkey")
        {
            throw new IdempotencyConflictException(
                "A request with this Idempotency-Key was carried out in the meantime; send it again to get its answer.", error);
        }
        return Answer(work);
    }

    // A unique key that is held is not known before the flush; a repeat of the request is then answered by the id that was to be.
    private static string Response(ImmutableArray<NewTask> tasks, TaskRow[] rows) =>
        JsonSerializer.Serialize(tasks.Zip(rows, (task, row) => new EnqueuedTask(row.Id, Expected(task))), BuildifyJson.Options);

    private static TaskState Expected(NewTask task) =>
        task.DelaySeconds > 0 || task.RunAt > DateTimeOffset.UnixEpoch ? TaskState.Scheduled : TaskState.Queued;

    private static ImmutableArray<EnqueuedTask> Answer(JournalWork work)
    {
        var answers = ImmutableArray.CreateBuilder<EnqueuedTask>(work.Inserts.Count);
        foreach (var (task, row) in work.Inserts)
        {
            if (work.Holders.TryGetValue(row.Id, out var holder)) answers.Add(holder);
            else if (task.IsPlain) answers.Add(new EnqueuedTask(row.Id, TaskState.Queued));
            else answers.Add(new EnqueuedTask(row.Id, TaskStates.Of(work.Written.TryGetValue(row.Id, out var written) ? written.State : null, attempt: 0)));
        }
        return answers.MoveToImmutable();
    }

    public async Task<TaskView?> Find(Guid id, string? tenant)
    {
        if (_running.TryGetValue(id, out var running)) return IsOf(running.Row, tenant) ? View(running) : null;
        return (await _journal.Find([id])) is [var stored] && IsOf(stored.Row, tenant) ? View(stored) : null;
    }

    public async Task<TaskView?> Wait(Guid id, string? tenant, TimeSpan timeout)
    {
        // Before it is looked for: it may end while it is.
        var watcher = Watch(id);
        var found = await Find(id, tenant);
        if (found is null)
        {
            Unwatch(id, watcher);
            // It may have ended between the two.
            return watcher.Task is { IsCompletedSuccessfully: true, Result: { } ended } && (tenant is null || ended.Tenant == tenant) ? ended : null;
        }
        try
        {
            return await watcher.Task.WaitAsync(timeout, time) ?? await Find(id, tenant);
        }
        catch (TimeoutException)
        {
            Unwatch(id, watcher);
            return await Find(id, tenant) ?? found;
        }
    }

    public async Task<Outcome<TaskView>> Cancel(Guid id, string? tenant)
    {
        if (_running.TryGetValue(id, out var running)) return await CancelRunning(running, tenant);
        if (await _journal.Find([id]) is not [var stored] || !IsOf(stored.Row, tenant)) return Failure.NotFound("There is no such task that has not ended.");
        // It was handed out while it was looked for.
        if (_running.TryGetValue(id, out running)) return await CancelRunning(running, tenant);
        if (!_ending.Add(id)) return new Failure(FailureCodes.TaskEnded, "The task is being ended.");

        var row = stored.Row;
        try
        {
            Unready(stored);
            var end = new Ending(row, "cancelled", row.Attempt) { FinishedAt = Now, Attempts = row.Extras?.Attempts };
            await Write([end]);
            return View(end);
        }
        catch
        {
            // It is taken out of memory and may still be there: everything is read anew.
            _isBroken = true;
            WakeAt(0);
            throw;
        }
        finally
        {
            Forget(id);
        }
    }

    private async Task<Outcome<TaskView>> CancelRunning(RunningTask running, string? tenant)
    {
        if (!IsOf(running.Row, tenant)) return Failure.NotFound("There is no such task that has not ended.");
        running.CancelRequested = true;
        running.Seat.Cancelled.Add(running.Row.Id);
        await _writer.Add(new JournalWork { Cancels = { running.Row.Id } });
        return View(running);
    }

    public ImmutableArray<TaskView> Running(string? tenant) =>
        [.. _running.Values.Where(running => IsOf(running.Row, tenant)).OrderByDescending(running => running.Since).Take(10_000).Select(View)];

    public PartitionStats Stats() => new(
        _ready.Total + _waiting, _running.Count, _scheduled, _ready.OldestInMemory() is { } oldest ? Math.Max(0, (Now - oldest).TotalSeconds) : null,
        [.. _seats.Keys])
    {
        Throughput = _throughput.PerSecond(Seconds),
        Window = _ready.Count,
    };

    private TaskCompletionSource<TaskView?> Watch(Guid id)
    {
        var watcher = new TaskCompletionSource<TaskView?>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (_watchers.TryGetValue(id, out var others)) others.Add(watcher);
        else _watchers.Add(id, [watcher]);
        return watcher;
    }

    private void Unwatch(Guid id, TaskCompletionSource<TaskView?> watcher)
    {
        if (_watchers.TryGetValue(id, out var others) && others.Remove(watcher) && others.Count == 0) _watchers.Remove(id);
    }

    private void LetGoOfWatchers()
    {
        foreach (var watcher in _watchers.Values.SelectMany(watchers => watchers)) watcher.TrySetResult(null);
        _watchers.Clear();
    }

    private static bool IsOf(TaskRow row, string? tenant) => tenant is null || row.Tenant == tenant;

    private TaskView View(TaskRow row, TaskState state) => new(row.Id, row.Type, queue, state, row.Priority, new JsonText(row.Payload))
    {
        Tenant = row.Tenant,
        Attempts = AttemptsJson.Read(row.Extras?.Attempts),
        MaxAttempts = row.MaxAttempts,
        CreatedAt = row.CreatedAt,
        RunAt = row.RunAt,
        UniqueKey = row.Extras?.UniqueKey,
        OrderingKey = row.Extras?.OrderingKey,
        CorrelationId = row.CorrelationId,
        WorkflowId = row.Extras?.WorkflowId,
        ExpiresAt = row.Extras?.ExpiresAt,
    };

    private TaskView View(RunningTask running)
    {
        var view = View(running.Row, TaskState.Running);
        return view with
        {
            Attempts = view.Attempts.Add(new TaskAttempt(running.Attempt, running.Since, EndedAt: null, running.Seat.Name, Error: null)),
            Progress = running.Progress,
            CancelRequested = running.CancelRequested,
        };
    }

    private TaskView View(StoredTask stored) => View(stored.Row, TaskStates.Of(stored.State, stored.Row.Attempt)) with { RunAt = stored.RunAt };

    private TaskView View(Ending end)
    {
        var view = View(end.Row, TaskStates.OfEnd(end.State));
        var attempts = AttemptsJson.Read(end.Attempts);
        return view with
        {
            Result = end.Result is null ? null : new JsonText(end.Result),
            FinishedAt = end.FinishedAt,
            Attempts = end.State == "succeeded" ? attempts.Add(new TaskAttempt(end.Attempt, end.StartedAt, end.FinishedAt, end.Worker, Error: null)) : attempts,
        };
    }
}
