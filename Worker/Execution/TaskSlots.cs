using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace Buildify.Worker.Execution;

/// <summary>
/// The worker's slots and the tasks that wait for one. A slot is held by one executor call, which runs one task after the other in it for
/// as long as some wait; the watch can take a slot away from one that does not come back.
/// </summary>
/// <param name="callExecutor">Has <see cref="ITaskExecutorGrain.Run"/> called in this process, and does not wait for its end.</param>
internal sealed class TaskSlots(IOptions<TaskWorkerOptions> options, Func<Task> callExecutor, TimeProvider time)
{
    /// <summary>What waits here beside what runs, at the most.</summary>
    public const int MaxPrefetch = 1_000;

    /// <summary>How much work waits here, so that no slot waits for a round trip, in seconds.</summary>
    private const double PrefetchSeconds = 0.02;

    private const double MeanWeight = 1.0 / 32;

    private readonly ConcurrentQueue<TaskRun> _waiting = new();
    private readonly TaskRun?[] _running = new TaskRun?[options.Value.Slots];
    private readonly int[] _taken = new int[options.Value.Slots];
    private readonly Gate _room = new();
    private readonly TaskCompletionSource _idle = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waitingCount;
    private int _busy;
    private int _called;
    private long _calledAt;
    private double _meanSeconds = double.NaN;
    private volatile bool _isDraining;

    public int Count => _running.Length;

    public int Busy => Volatile.Read(ref _busy);

    public int WaitingCount => Volatile.Read(ref _waitingCount);

    /// <summary>Takes no new task any more.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Done when it is draining and nothing runs.</summary>
    public Task Idle => _idle.Task;

    /// <summary>How many tasks may wait here beyond the free slots: some of the work of <see cref="PrefetchSeconds"/>, none where a task takes longer than that.</summary>
    public int Prefetch => PrefetchOf(_meanSeconds, Count);

    /// <summary>How many more tasks may come.</summary>
    public int Room => _isDraining ? 0 : Count + Prefetch - Busy - WaitingCount;

    internal static int PrefetchOf(double meanSeconds, int slots) =>
        meanSeconds <= PrefetchSeconds ? (int)Math.Min(MaxPrefetch, slots * PrefetchSeconds / Math.Max(meanSeconds, 1e-9)) : 0;

    /// <summary>Waits until there is room worth a round trip: half of what may wait, or a slot.</summary>
    public async Task<int> WaitForRoom(CancellationToken cancellation)
    {
        while (true)
        {
            var next = _room.Next();
            if (Room is var room && room >= WorthAsking) return room;
            await next.WaitAsync(cancellation);
        }
    }

    private int WorthAsking => Math.Max(1, Prefetch / 2);

    /// <summary>Puts tasks before the slots.</summary>
    public void Add(IReadOnlyCollection<TaskRun> runs)
    {
        Interlocked.Add(ref _waitingCount, runs.Count);
        foreach (var run in runs) _waiting.Enqueue(run);
        Call();
    }

    /// <summary>Calls as many executors as there are tasks that wait and slots that are free.</summary>
    public void Call()
    {
        while (true)
        {
            var called = Volatile.Read(ref _called);
            if (WaitingCount <= called || Busy + called >= Count) return;
            if (Interlocked.CompareExchange(ref _called, called + 1, called) != called) continue;
            Volatile.Write(ref _calledAt, time.GetTimestamp());
            try
            {
                _ = callExecutor();
            }
            catch (Exception)
            {
                // The silo is on its way out; while it is not gone, the watch calls again.
                NotCalled();
                return;
            }
        }
    }

    private void NotCalled()
    {
        int called;
        do called = Volatile.Read(ref _called);
        while (called > 0 && Interlocked.CompareExchange(ref _called, called - 1, called) != called);
    }

    /// <summary>An executor that was called is here: is there a slot for it?</summary>
    public bool TryEnter(out int slot)
    {
        try
        {
            for (slot = 0; slot < _taken.Length; slot++)
            {
                if (Volatile.Read(ref _taken[slot]) != 0 || Interlocked.CompareExchange(ref _taken[slot], 1, 0) != 0) continue;
                Interlocked.Increment(ref _busy);
                return true;
            }
            return false;
        }
        finally
        {
            NotCalled();
        }
    }

    /// <summary>The next task of those that wait, begun; null where none does, or none may begin any more.</summary>
    public TaskRun? Take(int slot)
    {
        while (!_isDraining && _waiting.TryDequeue(out var run))
        {
            Interlocked.Decrement(ref _waitingCount);
            if (!run.TryBegin(time)) continue;
            Volatile.Write(ref _running[slot], run);
            TellRoom();
            return run;
        }
        return null;
    }

    /// <summary>The task has ended. False where the slot was taken away meanwhile: the executor has to go.</summary>
    public bool TryFinish(int slot, TaskRun run)
    {
        if (Interlocked.CompareExchange(ref _running[slot], null, run) != run) return false;
        var seconds = time.GetElapsedTime(run.BegunAt).TotalSeconds;
        // Two at a time may lose one of the two: it is a mean.
        _meanSeconds = double.IsNaN(_meanSeconds) ? seconds : _meanSeconds + ((seconds - _meanSeconds) * MeanWeight);
        return true;
    }

    /// <summary>Gives the slot back.</summary>
    public void Leave(int slot)
    {
        Volatile.Write(ref _taken[slot], 0);
        Interlocked.Decrement(ref _busy);
        // What was added after the last look, when this slot was not free yet, has called nobody.
        Call();
        TellRoom();
        if (_isDraining && Busy == 0) _idle.TrySetResult();
    }

    /// <summary>Takes the slot away from a task that does not come back.</summary>
    public bool TryAbandon(int slot, TaskRun run)
    {
        if (Interlocked.CompareExchange(ref _running[slot], null, run) != run) return false;
        Leave(slot);
        return true;
    }

    /// <summary>What runs, and in which slot.</summary>
    public IEnumerable<(int Slot, TaskRun Run)> Running()
    {
        for (var slot = 0; slot < _running.Length; slot++)
        {
            if (Volatile.Read(ref _running[slot]) is { } run) yield return (slot, run);
        }
    }

    /// <summary>Hands back those that have waited this long. They are in the order of their arrival.</summary>
    public void HandBack(TimeSpan after)
    {
        while (_waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.ArrivedAt) >= after && _waiting.TryDequeue(out var run))
        {
            Interlocked.Decrement(ref _waitingCount);
            run.TryEnd(TaskVerdict.Released(), time, onlyWaiting: true);
        }
        TellRoom();
    }

    /// <summary>Forgets executors that were called and have not come: a one-way call may be lost.</summary>
    public void ForgetLostCalls(TimeSpan after)
    {
        if (Volatile.Read(ref _called) > 0 && time.GetElapsedTime(Volatile.Read(ref _calledAt)) >= after) Volatile.Write(ref _called, 0);
    }

    /// <summary>Takes no more tasks, and hands back what has not begun.</summary>
    public void Drain()
    {
        _isDraining = true;
        HandBack(TimeSpan.Zero);
        if (Busy == 0) _idle.TrySetResult();
    }

    private void TellRoom()
    {
        if (_room.HasWaiters && Room >= WorthAsking) _room.Open();
    }
}
