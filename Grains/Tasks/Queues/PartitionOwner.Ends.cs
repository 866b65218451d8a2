using System.Collections.Immutable;
using Npgsql;

namespace Buildify.Tasks.Queues;

/// <summary>How tasks end, or begin anew: what workers hand in, and what follows where a worker hands in nothing more.</summary>
internal sealed partial class PartitionOwner
{
    /// <summary>Outcomes that one flush takes.</summary>
    private const int OutcomesAtOnce = 500;

    private async Task Settle(WorkerSeat seat, ImmutableArray<TaskOutcome> outcomes)
    {
        var pending = new List<Task>();
        for (var start = 0; start < outcomes.Length; start += OutcomesAtOnce)
        {
            pending.Add(SettleSome(seat, outcomes.AsSpan(start, Math.Min(OutcomesAtOnce, outcomes.Length - start)).ToArray(), pending));
        }
        await Task.WhenAll(pending);
    }

    private async Task SettleSome(WorkerSeat seat, TaskOutcome[] outcomes, List<Task> pending)
    {
        var work = new JournalWork();
        var settled = new List<(RunningTask Running, TaskOutcome Outcome)>(outcomes.Length);
        foreach (var outcome in outcomes)
        {
            // Of another attempt, or another worker's by now: late, and of no account.
            if (!_running.TryGetValue(outcome.Id, out var running) || running.Seat != seat || running.Attempt != outcome.Attempt) continue;
            if (running.Settling is { } settling)
            {
                pending.Add(settling);
                continue;
            }
            if (outcome is { Kind: TaskOutcomeKind.Released, DelaySeconds: 0 } && !running.CancelRequested) Release(running);
            else settled.Add((running, outcome));
        }
        if (settled.Count == 0)
        {
            if (outcomes.Length > 0) Dispatch();
            return;
        }
        foreach (var (running, outcome) in settled) Plan(work, running, outcome);
        try
        {
            await WriteSettling(work, settled);
        }
        catch (PostgresException error) when (!_isBroken)
        {
            foreach (var one in settled) await SettleAlone(one.Running, one.Outcome, error, isOnly: settled.Count == 1);
        }
    }

    // One that PostgreSQL does not take must not keep the others from being written.
    private async Task SettleAlone(RunningTask running, TaskOutcome outcome, PostgresException why, bool isOnly)
    {
        if (!isOnly)
        {
            var work = new JournalWork();
            Plan(work, running, outcome);
            try
            {
                await WriteSettling(work, [(running, outcome)]);
                return;
            }
            catch (PostgresException error) when (!_isBroken)
            {
                why = error;
            }
        }
        var refused = new JournalWork();
        Plan(refused, running, outcome with
        {
            Kind = TaskOutcomeKind.Dead,
            Result = null,
            Error = new TaskError("result_refused", $"PostgreSQL does not take the task's result: {why.MessageText}"),
        });
        await WriteSettling(refused, [(running, outcome)]);
    }

    private async Task WriteSettling(JournalWork work, List<(RunningTask Running, TaskOutcome Outcome)> settled)
    {
        var written = _writer.Add(work, work.Weight);
        foreach (var (running, _) in settled) running.Settling = written;
        try
        {
            await written;
        }
        catch
        {
            foreach (var (running, _) in settled) running.Settling = null;
            throw;
        }
    }

    private void Plan(JournalWork work, RunningTask running, TaskOutcome outcome)
    {
        var row = running.Row;
        var took = outcome.EndedAt - outcome.StartedAt;
        var (now, attempts) = (Now, row.Extras?.Attempts);
        var startedAt = now - (took < TimeSpan.Zero ? TimeSpan.Zero : took);
        switch (outcome.Kind)
        {
            case TaskOutcomeKind.Succeeded or TaskOutcomeKind.Completed:
                work.Ends.Add(new Ending(row, "succeeded", outcome.Attempt)
                {
                    Result = outcome.Result,
                    StartedAt = startedAt,
                    FinishedAt = now,
                    Worker = running.Seat.Name,
                    Progress = AttemptsJson.Of(running.Progress),
                    Attempts = attempts,
                    // Or ended already, by a flush that nobody knows the end of.
                    MayBeProven = outcome.Kind == TaskOutcomeKind.Completed || row.WasLost || _generation > 0,
                });
                return;
            case TaskOutcomeKind.Postponed or TaskOutcomeKind.Released when !running.CancelRequested:
                work.Retries.Add(new Retry(row, row.Attempt, outcome.DelaySeconds, attempts));
                return;
        }

        var error = outcome.Error ?? new TaskError("cancelled", "The handler ended because it was asked to.");
        attempts = AttemptsJson.Append(attempts, new TaskAttempt(outcome.Attempt, startedAt, now, running.Seat.Name, error));
        var isLast = outcome.Kind == TaskOutcomeKind.Dead || outcome.Attempt >= row.MaxAttempts;
        if (!running.CancelRequested && !isLast)
        {
            work.Retries.Add(new Retry(row, outcome.Attempt, outcome.DelaySeconds, attempts));
            return;
        }
        work.Ends.Add(new Ending(row, running.CancelRequested ? "cancelled" : "dead", outcome.Attempt)
        {
            StartedAt = startedAt,
            FinishedAt = now,
            Worker = running.Seat.Name,
            Progress = AttemptsJson.Of(running.Progress),
            Attempts = attempts,
            MayBeProven = true,
        });
    }

    /// <summary>Their worker is gone: the attempt counts, and somebody else's is next.</summary>
    private async Task SettleLost(List<RunningTask> lost)
    {
        var work = new JournalWork();
        var now = Now;
        foreach (var running in lost)
        {
            var row = running.Row;
            var attempts = AttemptsJson.Append(
                row.Extras?.Attempts, new TaskAttempt(running.Attempt, running.Since, now, running.Seat.Name, new TaskError("worker_lost", "The worker was lost while it ran the task.")));
            if (!running.CancelRequested && running.Attempt < row.MaxAttempts)
            {
                work.Marks.Add(new Mark(row, running.Attempt, Level: 0, attempts));
                continue;
            }
            work.Ends.Add(new Ending(row, running.CancelRequested ? "cancelled" : "dead", running.Attempt)
            {
                StartedAt = running.Since,
                FinishedAt = now,
                Worker = running.Seat.Name,
                Progress = AttemptsJson.Of(running.Progress),
                Attempts = attempts,
                MayBeProven = true,
            });
        }
        var written = _writer.Add(work, work.Weight);
        foreach (var running in lost) running.Settling = written;
        try
        {
            await written;
        }
        catch
        {
            // Tried again by the clock: they are still here, and nobody's.
            foreach (var running in lost) running.Settling = null;
            _orphans.UnionWith(lost.Select(running => running.Row.Id));
            throw;
        }
        var marked = work.Marks.ToDictionary(mark => mark.Row.Id);
        var proven = new List<Ending>();
        foreach (var running in lost.Where(running => marked.ContainsKey(running.Row.Id)))
        {
            var (row, mark) = (running.Row, marked[running.Row.Id]);
            (row.Attempt, row.Doubt, row.WasLost) = (mark.Attempt, 0, true);
            (row.Extras ??= new TaskRowExtras()).Attempts = mark.Attempts;
            if (work.Proven.Contains(row.Id)) proven.Add(Proven(running));
            else Release(running);
        }
        if (proven.Count > 0) await Write(proven);
        Dispatch();
    }

    /// <summary>Its handler's own transaction has completed it; what that wrote is found when it is ended.</summary>
    private Ending Proven(RunningTask running) => new(running.Row, "succeeded", running.Attempt)
    {
        StartedAt = running.Since,
        FinishedAt = Now,
        Worker = running.Seat.Name,
        Attempts = running.Row.Extras?.Attempts,
        MayBeProven = true,
    };

    private Task Write(IReadOnlyList<Ending> ends)
    {
        var work = new JournalWork();
        work.Ends.AddRange(ends);
        return _writer.Add(work, work.Weight);
    }

    private void AdoptEnd(Ending end)
    {
        var id = end.Row.Id;
        if (_running.TryGetValue(id, out var running)) Unrun(running);
        NoteEnd(id);
        _throughput.Add(1, Seconds);
        if (_watchers.Count == 0 || !_watchers.Remove(id, out var watchers)) return;
        // What a handler's own transaction wrote is only in the database.
        var view = end.MayBeProven && end.State != "succeeded" ? null : View(end);
        foreach (var watcher in watchers) watcher.TrySetResult(view);
    }

    private void AdoptRetry(Retry retry)
    {
        if (_running.TryGetValue(retry.Row.Id, out var running)) Unrun(running);
        NoteEnd(retry.Row.Id);
        _scheduled++;
        DueIn(retry.DelaySeconds);
    }

    /// <summary>Takes a task out of memory that is about to be ended.</summary>
    private void Unready(StoredTask stored)
    {
        if (_doubtful.RemoveAll(row => row.Id == stored.Row.Id) > 0 || !stored.IsSeen || _ready.Remove(stored.Row)) return;
        if (stored.State == "scheduled") _scheduled--;
        else if (stored.State == "waiting") _waiting--;
        else _ready.Uncount(stored.Row);
    }
}
