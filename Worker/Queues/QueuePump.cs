using System.Collections.Immutable;
using Buildify.Tasks;
using Buildify.Worker.Execution;

namespace Buildify.Worker.Queues;

/// <summary>
/// The traffic between this worker and the owner of one partition: tasks come, outcomes go and are kept until their receipt is confirmed,
/// and once a second it says that it lives. It goes on through every error; where the owner does not know it, or nobody knows what an
/// exchange did, it attaches again with all that it has, and the owner gives anew what it misses.
/// </summary>
internal sealed partial class QueuePump
{
    /// <summary>Outcomes in one call. Some hundreds are a good transaction; after an outage it is more calls, not one that is too big.</summary>
    public const int MostOutcomes = 2_000;

    /// <summary>While more outcomes wait for their confirmation than this, nothing new is begun.</summary>
    public const int MostUnreported = 10_000;

    /// <summary>While one report is being written the next one goes.</summary>
    private const int Reporters = 2;

    private static readonly TimeSpan BeatPeriod = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BeatTimeout = TimeSpan.FromSeconds(3);

    private readonly WorkerInfo _worker;
    private readonly ITaskQueueGrain _queue;
    private readonly TaskSlots _slots;
    private readonly Shares _shares;
    private readonly Breakers _breakers;
    private readonly TimeProvider _time;
    private readonly Outage _outage;
    private readonly Gate _confirmed = new();
    private long? _epoch;
    private bool _isBusy;

    public QueuePump(TaskPartition partition, WorkerInfo worker, ITaskQueueGrain queue, TaskSlots slots, Shares shares, Breakers breakers, TimeProvider time, ILogger logger)
    {
        (_worker, _queue, _slots, _shares, _breakers, _time) = (worker, queue, slots, shares, breakers, time);
        Held = new HeldTasks(partition.Queue);
        var name = $"{partition.Queue}/{partition.Number}";
        _outage = new Outage(error => Log.Out(logger, name, error), () => Log.Back(logger, name), time);
    }

    public HeldTasks Held { get; }

    /// <summary>Until it is stopped.</summary>
    public async Task Run(CancellationToken stop)
    {
        _shares.Join();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                var epoch = await Attach(stop);
                using var session = CancellationTokenSource.CreateLinkedTokenSource(stop);
                await Task.WhenAll(
                    [Pull(epoch, session), Beat(epoch, session), .. Enumerable.Range(0, Reporters).Select(_ => Report(epoch, session))]);
                // Two owners that dispute the partition must not be asked in a circle.
                await Task.Delay(Outage.FirstPause, _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            _shares.Leave(_isBusy);
        }
    }

    /// <summary>Says goodbye; where that does not arrive, its silence will.</summary>
    public async Task Detach(TimeSpan limit)
    {
        if (_epoch is not { } epoch) return;
        try
        {
            await _queue.Detach(_worker.Name, epoch).WaitAsync(limit, _time);
        }
        catch (Exception)
        {
            // Nothing is lost by it: all was reported or will be missed.
        }
    }

    private async Task<long> Attach(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var epoch = (await _queue.Attach(_worker, Held.All(_time.GetUtcNow())).WaitAsync(stop)).Epoch;
                _epoch = epoch;
                return epoch;
            }
            catch (Exception error) when (!stop.IsCancellationRequested)
            {
                await _outage.Pause(error, stop);
            }
        }
    }

    private async Task Pull(long epoch, CancellationTokenSource session)
    {
        try
        {
            while (true)
            {
                await WaitForReports(session.Token);
                var wanted = _shares.Of(await _slots.WaitForRoom(session.Token), _isBusy);
                if (await Ask(epoch, wanted, session.Token) is not { } tasks) break;
                _outage.Over();
                Accept(tasks);
                _isBusy = _shares.Become(_isBusy, tasks.Length > wanted / 2);
            }
        }
        catch (OperationCanceledException) when (session.IsCancellationRequested)
        {
        }
        catch (Exception error)
        {
            // What the owner gave in an answer that was lost is here with nobody: it learns that from the next list.
            await Quietly(_outage.Pause(error, session.Token));
        }
        await session.CancelAsync();
    }

    /// <returns>Null where the owner does not know this worker.</returns>
    private async Task<ImmutableArray<TaskAssignment>?> Ask(long epoch, int wanted, CancellationToken cancellation)
    {
        var call = _queue.Exchange(_worker.Name, epoch, [], wanted);
        try
        {
            var answer = await call.WaitAsync(cancellation);
            return answer.IsKnown ? answer.Tasks : null;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            _ = AcceptLate(call, epoch);
            throw;
        }
    }

    // The owner may have answered while this worker was on its way to attach again. It is the same owner where the epoch is the same.
    private async Task AcceptLate(Task<Exchanged> call, long epoch)
    {
        try
        {
            var answer = await call;
            if (answer.IsKnown && epoch == _epoch) Accept(answer.Tasks);
        }
        catch (Exception)
        {
            // Whoever is attached now misses nothing by it.
        }
    }

    private void Accept(ImmutableArray<TaskAssignment> tasks)
    {
        if (tasks.IsDefaultOrEmpty) return;
        var now = _time.GetTimestamp();
        var runs = new List<TaskRun>(tasks.Length);
        foreach (var task in tasks)
        {
            var run = new TaskRun(task, Held, _breakers, now);
            if (Held.TryAdd(run)) runs.Add(run);
        }
        _slots.Add(runs);
        if (_slots.IsDraining) _slots.HandBack(TimeSpan.Zero);
    }

    private async Task WaitForReports(CancellationToken cancellation)
    {
        while (true)
        {
            var next = _confirmed.Next();
            if (Held.Unreported <= MostUnreported) return;
            await next.WaitAsync(cancellation);
        }
    }

    private async Task Report(long epoch, CancellationTokenSource session)
    {
        try
        {
            while (true)
            {
                var batch = await Held.Take(MostOutcomes, session.Token);
                if (!await TryReport(epoch, batch, session)) break;
            }
        }
        catch (OperationCanceledException) when (session.IsCancellationRequested)
        {
        }
        await session.CancelAsync();
    }

    /// <returns>False where the owner does not know this worker.</returns>
    private async Task<bool> TryReport(long epoch, ImmutableArray<TaskOutcome> batch, CancellationTokenSource session)
    {
        var isConfirmed = false;
        try
        {
            var answer = await _queue.Exchange(_worker.Name, epoch, batch, 0).WaitAsync(session.Token);
            if (!answer.IsKnown) return false;
            isConfirmed = true;
            _outage.Over();
            return true;
        }
        catch (Exception error) when (!session.IsCancellationRequested)
        {
            await Quietly(_outage.Pause(error, session.Token));
            return true;
        }
        finally
        {
            if (isConfirmed) Held.Confirm(batch);
            else Held.PutBack(batch);
            if (_confirmed.HasWaiters) _confirmed.Open();
        }
    }

    private async Task Beat(long epoch, CancellationTokenSource session)
    {
        try
        {
            using var timer = new PeriodicTimer(BeatPeriod, _time);
            while (await timer.WaitForNextTickAsync(session.Token))
            {
                if (!await TryBeat(epoch, session)) break;
            }
        }
        catch (OperationCanceledException) when (session.IsCancellationRequested)
        {
        }
        await session.CancelAsync();
    }

    private async Task<bool> TryBeat(long epoch, CancellationTokenSource session)
    {
        try
        {
            var runs = Held.Runs();
            ImmutableArray<TaskBeat> news = [.. runs.Select(run => (run.Id, Progress: run.News())).Where(run => run.Progress is not null)
                .Select(run => new TaskBeat(run.Id, run.Progress!))];
            var answer = await _queue.Beat(_worker.Name, epoch, news).WaitAsync(BeatTimeout, _time, session.Token);
            if (!answer.Cancelled.IsDefaultOrEmpty) Cancel(runs, answer.Cancelled);
            return answer.IsKnown;
        }
        catch (Exception error) when (!session.IsCancellationRequested)
        {
            await Quietly(_outage.Pause(error, session.Token));
            return true;
        }
    }

    private void Cancel(ImmutableArray<TaskRun> runs, ImmutableArray<Guid> cancelled)
    {
        var ids = cancelled.ToHashSet();
        foreach (var run in runs.Where(run => ids.Contains(run.Id)))
        {
            if (!run.TryEnd(new TaskVerdict(TaskOutcomeKind.Cancelled), _time, onlyWaiting: true)) run.Stop(StopReason.Cancelled);
        }
    }

    private static async Task Quietly(Task pause)
    {
        try
        {
            await pause;
        }
        catch (OperationCanceledException)
        {
            // The session has ended while it waited.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The queue {Partition} cannot be reached; tasks that run go on, and it is tried again until it answers")]
        public static partial void Out(ILogger logger, string partition, Exception error);

        [LoggerMessage(2, LogLevel.Information, "The queue {Partition} answers again")]
        public static partial void Back(ILogger logger, string partition);
    }
}
