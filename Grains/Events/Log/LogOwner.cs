using Buildify.Databases;
using Buildify.Diagnostics;
using Buildify.Events.Personal;
using Buildify.Tasks.Queues;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>
/// Owns one partition of the log: gives positions, and hands out what is new. Lives in its grain's turns, so nothing here is locked. This file
/// is its life and its writing; the others are what publishers and readers ask of it, and its looking for what others have committed.
/// </summary>
/// <param name="leave">Gives the activation up: the next one reads everything anew.</param>
internal sealed partial class LogOwner(
    short partition, NpgsqlDataSource source, PersonalFields personal, LogMetrics metrics, TimeProvider time, Action leave, ILogger log)
{
    private readonly LogTables _tables = new(source, partition);
    private GroupWriter<LogWork> _writer = null!;
    private LogSeat _seat = null!;
    private LogTail _tail = null!;
    private Task _clockwork = Task.CompletedTask;

    /// <summary>Another owner may have written, or we have and do not know it: nothing is written or answered from here any more.</summary>
    private bool _isBroken;

    private bool _hasEnded;

    /// <summary>Runs when a flush is committed, before it is taken over; for tests, which fail there.</summary>
    internal Func<Task>? Flushed { get; set; }

    internal LogSeat Seat => _seat;

    public async Task Begin()
    {
        _writer = new GroupWriter<LogWork>(Write, new GroupWriterOptions { GroupWeight = 2_000 });
        _seat = await _tables.Take();
        _tail = new LogTail(_seat.LastPosition);
        Log.Taken(log, partition, _seat.Epoch, _seat.LastPosition);
        _clockwork = RunClock();
    }

    /// <summary>Writes what is to be written, and lets go of everybody who waits.</summary>
    public async Task End()
    {
        _hasEnded = true;
        _wake.TrySetResult();
        LetGoOfReaders();
        await _clockwork;
        if (_writer is not null) await _writer.Idle;
        metrics.Forget(partition);
    }

    private async Task Write(IReadOnlyList<LogWork> group)
    {
        if (_isBroken) throw new NpgsqlException($"Partition {partition} of the event log is on its way to a new owner; try again shortly.");
        try
        {
            var waiting = group.Any(work => work.IsLook) ? await Look() : [];
            waiting.AddRange(group.SelectMany(work => work.Waiting));
            if (waiting.Count == 0 && group.All(work => work.Events.IsEmpty)) return;

            await Failpoints.Reach(Failpoints.EventFlush, PartitionName);
            Adopt(await Flush(group, waiting));
        }
        catch (PostgresException error) when (error.SqlState == "BD001")
        {
            throw GiveUp(new OwnerReplacedException($"Partition {partition} of the event log has another owner now; ask again.", error));
        }
        catch (OwnerReplacedException error)
        {
            throw GiveUp(error);
        }
        catch (PostgresException error) when (error.SqlState[..2] is not ("08" or "53" or "57" or "58" or "XX"))
        {
            // Nothing was written, and the writer finds out whose fault it is.
            throw;
        }
        catch (Exception error)
        {
            // It may have been written or not.
            if (!_isBroken) Log.Broken(log, error, partition);
            Leave();
            throw;
        }
    }

    private async Task<(LogSeat Seat, List<LoggedEvent> Events)> Flush(IReadOnlyList<LogWork> group, List<WaitingEvent> waiting)
    {
        (LogSeat Seat, List<LoggedEvent> Events) written;
        try
        {
            written = await new LogFlush(source, _seat).Write(group, waiting);
        }
        // No partition of the table for the day: the clock went further than days are made ahead.
        catch (PostgresException error) when (error is { SqlState: PostgresErrorCodes.CheckViolation, ConstraintName: null or "" })
        {
            await _tables.PrepareDays();
            written = await new LogFlush(source, _seat).Write(group, waiting);
        }
        if (Flushed is { } flushed) await flushed();
        await Failpoints.Reach(Failpoints.EventFlushed, PartitionName);
        return written;
    }

    private void Adopt((LogSeat Seat, List<LoggedEvent> Events) written)
    {
        _seat = written.Seat;
        foreach (var one in written.Events) _tail.Add(one);
        metrics.Flushed(partition, written.Events.Count);
        LetGoOfReaders();
    }

    private OwnerReplacedException GiveUp(OwnerReplacedException error)
    {
        if (!_isBroken) Log.Replaced(log, partition, _seat.Epoch);
        Leave();
        return error;
    }

    private void Leave()
    {
        _isBroken = true;
        LetGoOfReaders();
        leave();
    }

    private string PartitionName => partition.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Owns partition {Partition} of the event log from epoch {Epoch}, behind position {Position}")]
        public static partial void Taken(ILogger logger, short partition, long epoch, long position);

        [LoggerMessage(2, LogLevel.Warning, "Partition {Partition} of the event log has a newer owner than epoch {Epoch} and is given up here")]
        public static partial void Replaced(ILogger logger, short partition, long epoch);

        [LoggerMessage(3, LogLevel.Warning, "Partition {Partition} of the event log cannot be written and is given up here")]
        public static partial void Broken(ILogger logger, Exception error, short partition);

        [LoggerMessage(4, LogLevel.Warning, "Partition {Partition} of the event log cannot take in what others wrote; tried again every second")]
        public static partial void NotPlaced(ILogger logger, Exception error, short partition);

        [LoggerMessage(5, LogLevel.Information, "Partition {Partition} of the event log takes in what others write again")]
        public static partial void PlacesAgain(ILogger logger, short partition);

        [LoggerMessage(6, LogLevel.Error, "Event {Event} ({Type}) cannot be taken into partition {Partition} of the event log; the others go on")]
        public static partial void NotTakenIn(ILogger logger, Exception error, string @event, string type, short partition);
    }
}
