using System.Collections.Immutable;
using Buildify.Databases;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Buildify.Tasks.Queues;

/// <summary>
/// Owns one partition: what is ready, what runs and where, and the one writer of its rows. Lives in its grain's turns, so nothing here is
/// locked. This file is its life; the others are what workers and callers ask of it, and what it does by the clock.
/// </summary>
internal sealed partial class PartitionOwner(
    string queue, int number, NpgsqlDataSource source, TaskQueueOptions options, QueueMetrics metrics,
    TaskOwners owners, TaskPartitions partitions, TimeProvider time, Action leave, ILogger log)
{
    private readonly ReadyTasks _ready = new(options.Window);
    private readonly Limits _limits = new();
    private readonly Dictionary<Guid, RunningTask> _running = [];
    private GroupWriter<JournalWork> _writer = null!;
    private Journal _journal = null!;
    private JournalFlush _flush = null!;
    private TaskIds _ids = null!;
    private Task _clockwork = Task.CompletedTask;

    /// <summary>The journal may have moved on without us: everything is read anew before anything goes on.</summary>
    private bool _isBroken;

    private bool _hasEnded;

    private long _scheduled;
    private long _waiting;
    private TimeSpan _clockOffset;

    private long Epoch => _journal.Seat.Epoch;

    /// <summary>PostgreSQL's clock, as near as we know.</summary>
    private DateTimeOffset Now => time.GetUtcNow() + _clockOffset;

    /// <summary>Seconds of a clock that only goes on.</summary>
    private double Seconds => time.GetTimestamp() / (double)time.TimestampFrequency;

    public async Task Begin()
    {
        _writer = new GroupWriter<JournalWork>(Write, new GroupWriterOptions());
        await Load(isFirst: true);
        _clockwork = RunClock();
    }

    /// <summary>Lets go of everybody who waits, writes what is to be written, and leaves the seat in order.</summary>
    public async Task End()
    {
        _hasEnded = true;
        _wake.TrySetResult();
        foreach (var waiter in _waiters) waiter.Given.TrySetResult([]);
        _waiters.Clear();
        LetGoOfWatchers();
        await _clockwork;
        metrics.Forget(queue, number);
        await _writer.Idle;
        if (_isBroken) return;
        try
        {
            await _journal.Leave();
        }
        catch (NpgsqlException error)
        {
            // The next owner is only more careful.
            Log.NotLeft(log, error, queue, number);
        }
    }

    private async Task Load(bool isFirst)
    {
        var seat = await Journal.Take(source, queue, number)
            ?? throw new InvalidOperationException($"The queue '{queue}' has no partition {number}; SELECT * FROM task_partitions lists them.");
        _journal = new Journal(source, seat);
        _ids ??= new TaskIds(seat.Partition, time);
        _flush = new JournalFlush(source, seat, new FlushOptions(options.KeepDays, _limits.PublishesEvents), new Positions(seat));
        _clockOffset = seat.TakenAt - time.GetUtcNow();
        _limits.Set(await _journal.ReadSettings(), seat.Partitions);
        _ready.Reset(await _journal.CountLanes());
        (_scheduled, _waiting) = await _journal.CountOthers();
        if (isFirst)
        {
            if (!seat.WasClean) _suspectsBelow = seat.FirstPosition;
            // An owner may have left in order before it was through with them.
            await ReadDoubtful();
            if (seat.Epoch > 1) _handsOutFrom = Seconds + options.ReattachSeconds;
        }
        _nextLook = 0;
        _isBroken = false;
        Log.Taken(log, queue, number, seat.Epoch, seat.WasClean, _ready.Total);
    }

    private async Task Write(IReadOnlyList<JournalWork> group)
    {
        if (_isBroken) throw new NpgsqlException($"The queue '{queue}' has lost its database and reads its tasks anew; try again shortly.");
        try
        {
            await Diagnostics.Failpoints.Reach(Diagnostics.Failpoints.TaskFlush, queue);
            var others = await _flush.Write(group);
            await Diagnostics.Failpoints.Reach(Diagnostics.Failpoints.TaskFlushed, queue);
            Adopt(group);
            foreach (var other in others.Where(other => other != _journal.Seat.Partition)) _ = Tell(other);
            if (others.Contains(_journal.Seat.Partition)) _nextLook = 0;
            var told = ToldEnds.Of(group.SelectMany(work => work.Ends), _limits.PublishesEvents);
            if (told.Count > 0) _ = owners.TellLogs(told.Select(end => end.Row.Tenant));
        }
        catch (PostgresException error) when (error.SqlState == "BD001")
        {
            Log.Replaced(log, queue, number, Epoch);
            _isBroken = true;
            leave();
            throw new OwnerReplacedException($"The partition {queue}/{number} has another owner now; ask again.", error);
        }
        catch (PostgresException error) when (!error.IsTransient && error.SqlState[..2] is not ("08" or "53" or "57" or "58"))
        {
            // Nothing was written, and the writer finds out whose fault it is.
            throw;
        }
        catch (Exception error)
        {
            // It may have been written or not.
            if (!_isBroken) Log.Broken(log, error, queue, number);
            _isBroken = true;
            WakeAt(0);
            throw;
        }
    }

    /// <summary>Takes over what a flush has written.</summary>
    private void Adopt(IReadOnlyList<JournalWork> group)
    {
        foreach (var work in group)
        {
            foreach (var (task, row) in work.Inserts) AdoptInsert(work, task, row);
            foreach (var end in work.Ends) AdoptEnd(end);
            foreach (var retry in work.Retries) AdoptRetry(retry);
        }
        foreach (var work in group)
        {
            foreach (var promoted in work.Promoted)
            {
                _waiting--;
                Take(promoted);
            }
            foreach (var taken in work.Taken)
            {
                if (work.TakesDue) _scheduled--;
                Take(taken);
            }
        }
        Dispatch();
    }

    private void AdoptInsert(JournalWork work, NewTask task, TaskRow row)
    {
        if (task.IsPlain)
        {
            _ready.Add(row);
            return;
        }
        if (!work.Written.TryGetValue(row.Id, out var written)) return;
        Enter(row, written.State, written.RunAt);
    }

    private void Take(StoredTask taken) => Enter(taken.Row, taken.State, taken.RunAt);

    private void Enter(TaskRow row, string state, DateTimeOffset runAt)
    {
        if (row.Extras?.ExpiresAt is { } expires) ExpiresAt(expires);
        switch (state)
        {
            case "waiting":
                _waiting++;
                break;
            case "scheduled":
                _scheduled++;
                DueIn((runAt - Now).TotalSeconds);
                break;
            default:
                _ready.Add(row);
                break;
        }
    }

    // It looks by itself, once a second.
    private async Task Tell(int partition)
    {
        try
        {
            if (await partitions.Find(partition) is { } other) await owners.Poke(other);
        }
        catch (Exception error)
        {
            Log.NotTold(log, error, partition);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Owns {Queue}/{Number} from epoch {Epoch} (left in order before: {Was_clean}); {Ready} tasks are ready")]
        public static partial void Taken(ILogger logger, string queue, int number, long epoch, bool was_clean, long ready);

        [LoggerMessage(2, LogLevel.Warning, "{Queue}/{Number} has a newer owner than epoch {Epoch} and is given up here")]
        public static partial void Replaced(ILogger logger, string queue, int number, long epoch);

        [LoggerMessage(3, LogLevel.Warning, "{Queue}/{Number} cannot write its journal; it reads everything anew when it can")]
        public static partial void Broken(ILogger logger, Exception error, string queue, int number);

        [LoggerMessage(4, LogLevel.Information, "{Queue}/{Number} is in order again, in epoch {Epoch}")]
        public static partial void Mended(ILogger logger, string queue, int number, long epoch);

        [LoggerMessage(5, LogLevel.Warning, "{Queue}/{Number} could not be left in order")]
        public static partial void NotLeft(ILogger logger, Exception error, string queue, int number);

        [LoggerMessage(6, LogLevel.Debug, "Partition {Partition} could not be told of a task; it finds it by itself")]
        public static partial void NotTold(ILogger logger, Exception error, int partition);

        [LoggerMessage(7, LogLevel.Warning, "Worker {Worker} of {Queue}/{Number} is lost with {Tasks} tasks")]
        public static partial void Lost(ILogger logger, string worker, string queue, int number, int tasks);

        [LoggerMessage(8, LogLevel.Warning, "The clock of {Queue}/{Number} failed and goes on")]
        public static partial void ClockFailed(ILogger logger, Exception error, string queue, int number);

        [LoggerMessage(9, LogLevel.Warning, "{Queue}/{Number} could not read a lane; it is tried again")]
        public static partial void NotRead(ILogger logger, Exception error, string queue, int number);
    }
}

/// <summary>The partition's owner was replaced while it wrote; nothing was written. Asking again reaches the new one.</summary>
[GenerateSerializer, Alias("buildify.owner-replaced")]
public sealed class OwnerReplacedException : TimeoutException
{
    public OwnerReplacedException()
    {
    }

    public OwnerReplacedException(string message) : base(message)
    {
    }

    public OwnerReplacedException(string message, Exception innerException) : base(message, innerException)
    {
    }
}
