using System.Collections.Immutable;

namespace Buildify.Tasks.Queues;

/// <summary>What workers ask: they attach, take tasks, and hand in what became of them.</summary>
internal sealed partial class PartitionOwner
{
    private readonly Dictionary<string, WorkerSeat> _seats = new(StringComparer.Ordinal);
    private readonly List<WaitingWorker> _waiters = [];
    private readonly Throughput _throughput = new();

    /// <summary>Not before this time is anything handed out.</summary>
    private double _handsOutFrom;

    public async Task<Attached> Attach(WorkerInfo worker, ImmutableArray<HeldTask> held)
    {
        var seat = new WorkerSeat(worker) { SeenAt = time.GetTimestamp() };
        _seats[worker.Name] = seat;
        foreach (var limits in worker.Types) _limits.Know(limits);
        foreach (var waiter in _waiters.Where(waiter => waiter.Seat.Name == worker.Name).ToList())
        {
            _waiters.Remove(waiter);
            waiter.Given.TrySetResult([]);
        }

        // What it was given and does not have, it never got.
        var has = held.Select(task => task.Id).ToHashSet();
        foreach (var running in _running.Values.Where(running => running.Seat.Name == worker.Name).ToList())
        {
            if (!has.Contains(running.Row.Id) && running.Settling is null) Release(running);
            else _running[running.Row.Id] = Moved(running, seat);
        }
        var unknown = held.Where(task => !_running.ContainsKey(task.Id)).ToDictionary(task => task.Id);
        if (unknown.Count > 0)
        {
            // Given by an owner before this one.
            foreach (var stored in await _journal.Find([.. unknown.Keys]))
            {
                var task = unknown[stored.Row.Id];
                // Where the journal has its failure already, the worker has only not heard so.
                if (_running.ContainsKey(task.Id) || _ending.Contains(task.Id) || stored.State != "queued" || (stored.Row.Attempt >= task.Attempt && stored.Row.Doubt == 0)) continue;
                if (!_ready.Remove(stored.Row)) _ready.Uncount(stored.Row);
                _doubtful.RemoveAll(row => row.Id == task.Id);
                _limits.Count(stored.Row.Tenant, stored.Row.Type, 1);
                _running.Add(task.Id, new RunningTask(stored.Row, seat, task.Attempt, task.StartedAt) { CancelRequested = stored.Row.Extras?.CancelRequested ?? false });
            }
        }
        WakeAt(0);
        return new Attached(Epoch);
    }

    public async Task<Exchanged> Exchange(string worker, long epoch, ImmutableArray<TaskOutcome> outcomes, int capacity)
    {
        if (_isBroken && outcomes.IsEmpty) await Task.Delay(TimeSpan.FromMilliseconds(250), time);
        if (epoch != Epoch || !_seats.TryGetValue(worker, out var seat)) return Exchanged.Unknown;
        seat.SeenAt = time.GetTimestamp();
        if (!outcomes.IsEmpty) await Settle(seat, outcomes);
        if (capacity <= 0) return Exchanged.Nothing;

        var given = MayHandOut ? Take(seat, Math.Min(capacity, Fair(capacity))) : [];
        if (given.Count > 0) LoadMore();
        else given = await WaitForTasks(seat, capacity);
        if (given.Exists(task => task.Suspicion > 0)) given = await WriteDown(given);
        if (given.Count > 0) await Diagnostics.Failpoints.Reach(Diagnostics.Failpoints.TaskDispatched, queue);
        return given.Count == 0 ? Exchanged.Nothing : new Exchanged(true, [.. given.Select(Assignment)]);
    }

    public BeatAnswer Beat(string worker, long epoch, ImmutableArray<TaskBeat> progress)
    {
        if (epoch != Epoch || !_seats.TryGetValue(worker, out var seat)) return new BeatAnswer(false, []);
        seat.SeenAt = time.GetTimestamp();
        foreach (var beat in progress)
        {
            if (_running.TryGetValue(beat.Id, out var running) && running.Seat == seat) running.Progress = beat.Progress;
        }
        return new BeatAnswer(true, [.. seat.Cancelled]);
    }

    public async Task Detach(string worker, long epoch)
    {
        if (epoch != Epoch || !_seats.TryGetValue(worker, out var seat)) return;
        await Lose(seat, isLeaving: true);
    }

    private bool MayHandOut => !_isBroken && !_hasEnded && Seconds >= _handsOutFrom;

    // Where several wait, none takes what would do for all.
    private int Fair(int capacity) => _waiters.Count == 0 ? capacity : (int)Math.Clamp(1 + (_ready.Total / (_waiters.Count + 1)), 1, capacity);

    private Task<List<RunningTask>> WaitForTasks(WorkerSeat seat, int capacity)
    {
        var waiter = new WaitingWorker(seat, capacity, time.GetTimestamp());
        _waiters.Add(waiter);
        LoadMore();
        return waiter.Given.Task;
    }

    /// <summary>Gives what is ready to those who wait.</summary>
    private void Dispatch()
    {
        if (MayHandOut)
        {
            for (var index = 0; index < _waiters.Count;)
            {
                var waiter = _waiters[index];
                var given = Take(waiter.Seat, (int)Math.Clamp(1 + (_ready.Total / _waiters.Count), 1, waiter.Capacity));
                if (given.Count == 0)
                {
                    index++;
                    continue;
                }
                _waiters.RemoveAt(index);
                waiter.Given.TrySetResult(given);
            }
        }
        LoadMore();
    }

    private List<RunningTask> Take(WorkerSeat seat, int capacity)
    {
        var given = new List<RunningTask>(Math.Min(capacity, 64));
        var (now, seconds) = (Now, Seconds);
        _limits.Look();
        if (TakeDoubtful(seat, now) is { } alone) given.Add(alone);
        while (given.Count < capacity && _ready.Take(MayGo, _limits.Weight) is { } row)
        {
            _limits.Start(row.Tenant, row.Type);
            if (row.Extras?.ExpiresAt <= now)
            {
                // It is ended by the clock's next turn.
                _limits.Count(row.Tenant, row.Type, -1);
                _expired.Add(row);
                WakeAt(0);
                continue;
            }
            var running = new RunningTask(row, seat, row.Attempt + 1, now) { Suspicion = SuspicionOf(row), CancelRequested = row.Extras?.CancelRequested ?? false };
            if (running.CancelRequested) seat.Cancelled.Add(row.Id);
            _running.Add(row.Id, running);
            given.Add(running);
        }
        if (double.IsFinite(_limits.NextToken)) WakeAt(seconds + _limits.NextToken);
        return given;

        bool MayGo(Lane lane) => seat.Knows(lane.Type) && MaySuspect(lane.First!) && _limits.MayStart(lane.Tenant, lane.Type, seconds);
    }

    private static TaskAssignment Assignment(RunningTask running) =>
        new(running.Row.Id, running.Attempt, running.Row.Tenant, running.Row.Type, running.Row.Payload)
        {
            MaxAttempts = running.Row.MaxAttempts,
            CorrelationId = running.Row.CorrelationId,
            TraceParent = running.Row.TraceParent,
            IsDoubtful = running.Row.WasLost || running.Suspicion > 0,
            CreatedAt = running.Row.CreatedAt,
        };

    private static RunningTask Moved(RunningTask running, WorkerSeat seat)
    {
        if (running.CancelRequested) seat.Cancelled.Add(running.Row.Id);
        return new RunningTask(running.Row, seat, running.Attempt, running.Since)
        {
            Suspicion = running.Suspicion,
            CancelRequested = running.CancelRequested,
            Progress = running.Progress,
            Settling = running.Settling,
        };
    }

    /// <summary>It did not begin, and goes back to where it was.</summary>
    private void Release(RunningTask running)
    {
        Unrun(running);
        if (_hasEnded) return;
        if (running.Suspicion == 2) _doubtful.Add(running.Row);
        else _ready.PutBack(running.Row);
    }

    private void Unrun(RunningTask running)
    {
        if (!_running.Remove(running.Row.Id)) return;
        running.Seat.Cancelled.Remove(running.Row.Id);
        _limits.Count(running.Row.Tenant, running.Row.Type, -1);
        Acquit(running);
    }

    /// <summary>A worker that says no more, or goodbye: what it has is somebody else's from now on.</summary>
    private async Task Lose(WorkerSeat seat, bool isLeaving)
    {
        if (_seats.GetValueOrDefault(seat.Name) == seat) _seats.Remove(seat.Name);
        foreach (var waiter in _waiters.Where(waiter => waiter.Seat == seat).ToList())
        {
            _waiters.Remove(waiter);
            waiter.Given.TrySetResult([]);
        }
        var lost = _running.Values.Where(running => running.Seat == seat && running.Settling is null).ToList();
        if (lost.Count == 0) return;
        if (isLeaving)
        {
            lost.ForEach(Release);
            Dispatch();
            return;
        }
        Log.Lost(log, seat.Name, queue, number, lost.Count);
        await SettleLost(lost);
    }
}
