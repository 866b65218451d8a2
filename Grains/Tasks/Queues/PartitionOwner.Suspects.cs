namespace Buildify.Tasks.Queues;

/// <summary>
/// After an owner has died with its process, any task that was ready then may have been the one that killed it. Until that backlog is
/// through, attempts are written down before they begin: by groups at first, that grow while nothing happens; and one by one, with no
/// other suspect beside it, what was under way when it happened again. So a task that kills its process spends its attempts and is dead,
/// and its neighbours finish.
/// </summary>
internal sealed partial class PartitionOwner
{
    private const int FirstGroup = 32;
    private const int LargestGroup = 1024;

    /// <summary>A task that has run for so long without harm, in seconds, holds up the next group no longer.</summary>
    private const double HarmlessSeconds = 5;

    /// <summary>Begun when their process died, and known to have been.</summary>
    private readonly List<TaskRow> _doubtful = [];

    /// <summary>What has a place below this was ready when the owner before died.</summary>
    private long _suspectsBelow;

    private int _group = FirstGroup;
    private int _groupTaken;
    private int _suspectsOut;
    private bool _isOneAlone;
    private bool _isGroupsTurn = true;

    private async Task ReadDoubtful()
    {
        var dead = new List<Ending>();
        foreach (var row in await _journal.ReadDoubtful())
        {
            if (_running.ContainsKey(row.Id) || _doubtful.Exists(known => known.Id == row.Id)) continue;
            row.WasLost = true;
            var attempts = AttemptsJson.Append(row.Extras?.Attempts, new TaskAttempt(
                row.Attempt, StartedAt: null, EndedAt: null, Worker: null, new TaskError("worker_lost", "The process ended while the task ran.")));
            (row.Extras ??= new TaskRowExtras()).Attempts = attempts;
            // Where nothing died, it may as well have been handed back.
            if (row.Doubt < 2 || row.Attempt < row.MaxAttempts || _journal.Seat.WasClean) _doubtful.Add(row);
            else dead.Add(new Ending(row, "dead", row.Attempt) { FinishedAt = Now, Attempts = attempts, MayBeProven = true });
        }
        if (dead.Count > 0) _dead.AddRange(dead);
    }

    /// <summary>Whether a ready task may go now, as a suspect.</summary>
    private bool MaySuspect(TaskRow row) =>
        row.Position >= _suspectsBelow || (_groupTaken < _group && !_isOneAlone && (_isGroupsTurn || _doubtful.Count == 0));

    private int SuspicionOf(TaskRow row)
    {
        if (row.Position >= _suspectsBelow) return 0;
        _groupTaken++;
        _suspectsOut++;
        return 1;
    }

    /// <summary>The next of those that were under way, where no other suspect is.</summary>
    private RunningTask? TakeDoubtful(WorkerSeat seat, DateTimeOffset now)
    {
        if (_doubtful.Count == 0 || _isOneAlone || _suspectsOut > 0) return null;
        if (_isGroupsTurn && _ready.Total > 0 && _groupTaken < _group && !_isIdleGroup)
        {
            _isIdleGroup = true;
            return null;
        }
        var index = _doubtful.FindIndex(row => seat.Knows(row.Type) && _limits.MayStart(row.Tenant, row.Type, Seconds));
        if (index < 0) return null;
        var row = _doubtful[index];
        _doubtful.RemoveAt(index);
        _limits.Start(row.Tenant, row.Type);
        _isOneAlone = true;
        var running = new RunningTask(row, seat, row.Attempt + 1, now) { Suspicion = 2, CancelRequested = row.Extras?.CancelRequested ?? false };
        _running.Add(row.Id, running);
        return running;
    }

    /// <summary>It was the groups' turn, and none came.</summary>
    private bool _isIdleGroup;

    /// <summary>Writes down that suspects begin, before they do.</summary>
    /// <returns>Those that are to be run: not what turned out to be done.</returns>
    private async Task<List<RunningTask>> WriteDown(List<RunningTask> given)
    {
        var work = new JournalWork();
        foreach (var running in given.Where(running => running.Suspicion > 0))
        {
            work.Marks.Add(new Mark(running.Row, running.Attempt, running.Suspicion, running.Row.Extras?.Attempts));
        }
        await _writer.Add(work, work.Weight);
        foreach (var mark in work.Marks) mark.Row.Doubt = mark.Level;
        if (work.Proven.Count == 0) return given;

        await Write([.. given.Where(running => work.Proven.Contains(running.Row.Id)).Select(Proven)]);
        return given.FindAll(running => !work.Proven.Contains(running.Row.Id));
    }

    /// <summary>It ended, or has run for long enough, and the process lives.</summary>
    private void Acquit(RunningTask running)
    {
        if (running.Suspicion == 0 || running.IsAcquitted) return;
        running.IsAcquitted = true;
        if (running.Suspicion == 2)
        {
            (_isOneAlone, _isGroupsTurn, _isIdleGroup) = (false, true, false);
            return;
        }
        if (--_suspectsOut > 0) return;
        if (_groupTaken >= _group) _group = Math.Min(_group * 2, LargestGroup);
        (_groupTaken, _isGroupsTurn, _isIdleGroup) = (0, _doubtful.Count == 0, false);
    }

    private void AcquitTheHarmless()
    {
        if (_suspectsOut == 0 && !_isOneAlone) return;
        var before = Now - TimeSpan.FromSeconds(HarmlessSeconds);
        foreach (var running in _running.Values.Where(running => running.Suspicion > 0 && running.Since < before)) Acquit(running);
    }
}
