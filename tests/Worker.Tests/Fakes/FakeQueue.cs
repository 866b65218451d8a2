using System.Collections.Immutable;
using Buildify.Idempotency;
using Buildify.Tasks;

namespace Buildify.Worker.Fakes;

/// <summary>An owner of a partition in memory, whose answers can be lost and who can forget its workers.</summary>
internal sealed class FakeQueue : ITaskQueueGrain
{
    private readonly Lock _lock = new();
    private readonly List<TaskAssignment> _ready = [];
    private readonly List<TaskOutcome> _outcomes = [];
    private readonly List<ImmutableArray<HeldTask>> _attached = [];
    private readonly List<(TaskCompletionSource Done, Func<bool> Holds)> _waiting = [];
    private long _epoch = 1;
    private bool _knows;

    /// <summary>How many of the next reports are taken in, and their answers lost.</summary>
    public int LostReports { get; set; }

    /// <summary>How many of the next tasks are given away in answers that are lost.</summary>
    public int LostPulls { get; set; }

    /// <summary>Named by the next beats.</summary>
    public ImmutableArray<Guid> Cancelled { get; set; } = [];

    public bool IsAway { get; set; }

    public int Detached { get; private set; }

    public int BiggestReport { get; private set; }

    public int BiggestCapacity { get; private set; }

    public Dictionary<Guid, TaskProgress> Progress { get; } = [];

    /// <summary>Distinct by task and attempt, as an owner takes them.</summary>
    public ImmutableArray<TaskOutcome> Outcomes
    {
        get
        {
            lock (_lock) return [.. _outcomes.DistinctBy(outcome => (outcome.Id, outcome.Attempt))];
        }
    }

    public int Reports
    {
        get
        {
            lock (_lock) return _outcomes.Count;
        }
    }

    /// <summary>What the worker said it had, at each attachment.</summary>
    public ImmutableArray<ImmutableArray<HeldTask>> Attachments
    {
        get
        {
            lock (_lock) return [.. _attached];
        }
    }

    public void Add(params IEnumerable<TaskAssignment> tasks) => Change(() => _ready.AddRange(tasks));

    /// <summary>As if the owner had been activated anew.</summary>
    public void Forget() => Change(() => (_knows, _epoch) = (false, _epoch + 1));

    public async Task Until(Func<FakeQueue, bool> holds)
    {
        Task done;
        lock (_lock)
        {
            if (holds(this)) return;
            var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((waiting, () => holds(this)));
            done = waiting.Task;
        }
        await done.WaitAsync(WorkerRig.Patience);
    }

    public Task<Attached> Attach(WorkerInfo worker, ImmutableArray<HeldTask> held)
    {
        if (IsAway) return Task.FromException<Attached>(new TimeoutException("away"));
        Change(() =>
        {
            _knows = true;
            _attached.Add(held);
        });
        return Task.FromResult(new Attached(_epoch));
    }

    public async Task<Exchanged> Exchange(string worker, long epoch, ImmutableArray<TaskOutcome> outcomes, int capacity)
    {
        if (IsAway) throw new TimeoutException("away");
        if (!_knows || epoch != _epoch) return Exchanged.Unknown;
        if (outcomes.Length > 0)
        {
            Change(() =>
            {
                _outcomes.AddRange(outcomes);
                BiggestReport = Math.Max(BiggestReport, outcomes.Length);
            });
            if (LostReports-- > 0) throw new TimeoutException("lost");
        }
        if (capacity == 0) return Exchanged.Nothing;

        BiggestCapacity = Math.Max(BiggestCapacity, capacity);
        await Until(queue => queue._ready.Count > 0 || !queue._knows || epoch != queue._epoch);
        lock (_lock)
        {
            if (!_knows || epoch != _epoch) return Exchanged.Unknown;
            ImmutableArray<TaskAssignment> given = [.. _ready.Take(capacity)];
            if (LostPulls-- > 0) throw new TimeoutException("lost");
            _ready.RemoveRange(0, given.Length);
            return new Exchanged(true, given);
        }
    }

    public Task<BeatAnswer> Beat(string worker, long epoch, ImmutableArray<TaskBeat> progress)
    {
        if (IsAway) return Task.FromException<BeatAnswer>(new TimeoutException("away"));
        Change(() =>
        {
            foreach (var beat in progress) Progress[beat.Id] = beat.Progress;
        });
        return Task.FromResult(new BeatAnswer(_knows && epoch == _epoch, Cancelled));
    }

    public Task Detach(string worker, long epoch)
    {
        Change(() => Detached++);
        return Task.CompletedTask;
    }

    private void Change(Action change)
    {
        List<TaskCompletionSource> done;
        lock (_lock)
        {
            change();
            done = [.. _waiting.Where(waiting => waiting.Holds()).Select(waiting => waiting.Done)];
            _waiting.RemoveAll(waiting => done.Contains(waiting.Done));
        }
        foreach (var one in done) one.TrySetResult();
    }

    public Task Poke() => throw new NotSupportedException();

    public Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(ImmutableArray<NewTask> tasks, IdempotencyStamp? stamp) => throw new NotSupportedException();

    public Task<TaskView?> Find(Guid id, string? tenant) => throw new NotSupportedException();

    public Task<TaskView?> Wait(Guid id, string? tenant, TimeSpan timeout) => throw new NotSupportedException();

    public Task<Outcome<TaskView>> Cancel(Guid id, string? tenant) => throw new NotSupportedException();

    public Task<ImmutableArray<TaskView>> Running(string? tenant) => throw new NotSupportedException();

    public Task<PartitionStats> Stats() => throw new NotSupportedException();
}
