namespace Buildify.Tasks.Queues;

/// <summary>What an owner does by itself: reads on, looks for what others wrote, wakes what is due, and misses who is silent.</summary>
internal sealed partial class PartitionOwner
{
    /// <summary>How often it looks for what it is not told, in seconds.</summary>
    private const double LookSeconds = 1;

    /// <summary>The longest it sleeps, in seconds.</summary>
    private const double TurnSeconds = 0.25;

    private const int LoadsAtOnce = 2;

    /// <summary>Between two turns no more time passes than this, in seconds, unless the process was stopped, or starved.</summary>
    private const double StallSeconds = 1.5;

    private readonly List<TaskRow> _expired = [];
    private readonly HashSet<Guid> _orphans = [];

    /// <summary>To be ended at the next turn.</summary>
    private readonly List<Ending> _dead = [];

    /// <summary>Ended while something was being read that may still have it.</summary>
    private readonly HashSet<Guid> _endedMeanwhile = [];

    private TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private double _wakeAt;
    private double _nextLook;
    private double _nextDue = double.PositiveInfinity;
    private double _nextExpiry = double.PositiveInfinity;
    private double _lastTurn = double.PositiveInfinity;
    private bool _isPoked;
    private bool _isClockFailing;
    private int _loads;
    private int _generation;

    public void Poke()
    {
        _isPoked = true;
        _nextLook = 0;
        WakeAt(0);
    }

    private void DueIn(double seconds)
    {
        _nextDue = Math.Min(_nextDue, Seconds + Math.Max(0, seconds));
        WakeAt(_nextDue);
    }

    private void ExpiresAt(DateTimeOffset at)
    {
        _nextExpiry = Math.Min(_nextExpiry, Seconds + Math.Max(0, (at - Now).TotalSeconds));
        WakeAt(_nextExpiry);
    }

    private void WakeAt(double at)
    {
        if (at >= _wakeAt) return;
        _wakeAt = at;
        _wake.TrySetResult();
    }

    private async Task RunClock()
    {
        while (!_hasEnded)
        {
            _wakeAt = Seconds + TurnSeconds;
            _wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            try
            {
                await Turn();
                if (_isClockFailing) Log.Mended(log, queue, number, Epoch);
                _isClockFailing = false;
            }
            catch (Exception error)
            {
                // Said once, not at every turn.
                if (!_isClockFailing) Log.ClockFailed(log, error, queue, number);
                _isClockFailing = true;
            }
            await Sleep();
        }
    }

    private async Task Sleep()
    {
        while (!_hasEnded && Math.Min(_wakeAt, Math.Min(_nextDue, _nextExpiry)) is var at && at > Seconds)
        {
            await Task.WhenAny(Task.Delay(TimeSpan.FromSeconds(Math.Min(at - Seconds, TurnSeconds)), time), _wake.Task);
            if (_wake.Task.IsCompleted) return;
        }
    }

    private async Task Turn()
    {
        if (_isBroken)
        {
            _generation++;
            await Load(isFirst: false);
            await ReadDoubtful();
        }
        if (Seconds >= _nextLook) await Look();
        if (_dead.Count > 0) await EndTheDead();
        while (Seconds >= _nextDue && await TakeDue())
        {
        }
        if (Seconds >= _nextExpiry || _expired.Count > 0) await EndExpired();
        await MissTheSilent();
        LetGoOfLongWaiters();
        AcquitTheHarmless();
        Dispatch();
        metrics.Tell(queue, number, Stats());
    }

    private async Task Look()
    {
        var sight = await _journal.Look();
        _clockOffset = sight.Now - time.GetUtcNow();
        _nextLook = Seconds + LookSeconds;
        _nextDue = sight.NextDue is { } due ? Seconds + Math.Max(0, (due - Now).TotalSeconds) : double.PositiveInfinity;
        _nextExpiry = sight.NextExpiry is { } expiry ? Seconds + Math.Max(0, (expiry - Now).TotalSeconds) : double.PositiveInfinity;
        if (sight.HasUnseen)
        {
            JournalWork work;
            do
            {
                work = new JournalWork { TakesUnseen = true };
                await _writer.Add(work);
            }
            while (work.Taken.Count == 500);
        }
        if (!_isPoked) return;
        _isPoked = false;
        _limits.Set(await _journal.ReadSettings(), _journal.Seat.Partitions);
        await EndCancelled();
    }

    private async Task<bool> TakeDue()
    {
        _nextDue = double.PositiveInfinity;
        var work = new JournalWork { TakesDue = true };
        await _writer.Add(work);
        if (work.Taken.Count == 500)
        {
            _nextDue = 0;
            return true;
        }
        // When the next one is due; it may be one that was just a moment too early.
        var sight = await _journal.Look();
        _clockOffset = sight.Now - time.GetUtcNow();
        if (sight.NextDue is { } due) _nextDue = Math.Min(_nextDue, Seconds + Math.Max(0.001, (due - sight.Now).TotalSeconds));
        return false;
    }

    private async Task EndTheDead()
    {
        var dead = _dead.ToArray();
        await Write(dead);
        foreach (var end in dead) _dead.Remove(end);
    }

    private async Task EndExpired()
    {
        _nextExpiry = double.PositiveInfinity;
        var rows = await _journal.ReadExpired();
        var full = rows.Count == 500;
        rows.RemoveAll(row => _running.ContainsKey(row.Id));
        await EndUnbegun(rows, "expired");
        _expired.Clear();
        if (full && rows.Count > 0) _nextExpiry = 0;
    }

    /// <summary>Those that somebody else wants cancelled, as a workflow that has failed does.</summary>
    private async Task EndCancelled()
    {
        var rows = await _journal.ReadCancelled([.. _running.Values.Where(running => running.CancelRequested).Select(running => running.Row.Id)]);
        foreach (var row in rows)
        {
            if (!_running.TryGetValue(row.Id, out var running)) continue;
            running.CancelRequested = true;
            running.Seat.Cancelled.Add(row.Id);
        }
        rows.RemoveAll(row => _running.ContainsKey(row.Id));
        await EndUnbegun(rows, "cancelled");
    }

    private async Task EndUnbegun(List<TaskRow> rows, string state)
    {
        if (rows.Count == 0) return;
        var stored = await _journal.Find([.. rows.Select(row => row.Id)]);
        var ends = new List<Ending>();
        foreach (var task in stored.Where(task => !_running.ContainsKey(task.Row.Id) && _ending.Add(task.Row.Id)))
        {
            Unready(task);
            ends.Add(new Ending(task.Row, state, task.Row.Attempt) { FinishedAt = Now, Attempts = task.Row.Extras?.Attempts });
        }
        if (ends.Count == 0) return;
        try
        {
            await Write(ends);
        }
        catch
        {
            _isBroken = true;
            throw;
        }
        finally
        {
            foreach (var end in ends) Forget(end.Row.Id);
        }
    }

    private async Task MissTheSilent()
    {
        // Whoever was stopped for a while itself has no right to call others silent.
        var since = Seconds - _lastTurn;
        _lastTurn = Seconds;
        if (since > StallSeconds)
        {
            foreach (var seat in _seats.Values) seat.SeenAt = time.GetTimestamp();
        }
        var silent = _seats.Values.Where(seat => time.GetElapsedTime(seat.SeenAt).TotalSeconds > options.WorkerSilenceSeconds).ToList();
        foreach (var seat in silent) await Lose(seat, isLeaving: false);
        if (_orphans.Count == 0) return;
        var orphans = _orphans.Select(id => _running.GetValueOrDefault(id)).OfType<RunningTask>()
            .Where(running => running.Settling is null && !_seats.ContainsKey(running.Seat.Name)).ToList();
        _orphans.Clear();
        if (orphans.Count > 0) await SettleLost(orphans);
    }

    private void LetGoOfLongWaiters()
    {
        while (_waiters.Count > 0 && time.GetElapsedTime(_waiters[0].Since).TotalSeconds > options.LongPollSeconds)
        {
            var waiter = _waiters[0];
            _waiters.RemoveAt(0);
            waiter.Given.TrySetResult([]);
        }
    }

    private void LoadMore()
    {
        if (_isBroken || _hasEnded) return;
        while (_loads < (_generation > 0 ? 1 : LoadsAtOnce) && _ready.ToLoad(IsWanted) is { } lane)
        {
            _loads++;
            lane.BeginLoad();
            _ = Read(lane, _ready.ChunkRows, _generation);
        }

        // A lane's first rows are read in any case: whoever looks wants to know how long they have waited.
        bool IsWanted(Lane lane) => lane.Count == 0 || _seats.Values.Any(seat => seat.Knows(lane.Type));
    }

    private async Task Read(Lane lane, int count, int generation)
    {
        try
        {
            var rows = await _journal.ReadLane(lane, count);
            if (generation == _generation) _ready.EndLoad(lane, rows, count, IsWanted);
        }
        catch (Exception error)
        {
            lane.FailLoad();
            if (!_isBroken) Log.NotRead(log, error, queue, number);
            _loads--;
            WakeAt(Seconds + 0.1);
            return;
        }
        if (--_loads == 0) _endedMeanwhile.Clear();
        Dispatch();

        bool IsWanted(TaskRow row) =>
            row.Doubt == 0 && !_running.ContainsKey(row.Id) && !_ending.Contains(row.Id) && !_endedMeanwhile.Contains(row.Id);
    }

    // Only what is read from the beginning again can hold what was running.
    private void NoteEnd(Guid id)
    {
        if (_loads > 0 && _generation > 0) _endedMeanwhile.Add(id);
    }

    /// <summary>It has ended, or could not be ended.</summary>
    private void Forget(Guid id)
    {
        _ending.Remove(id);
        if (_loads > 0) _endedMeanwhile.Add(id);
    }
}
