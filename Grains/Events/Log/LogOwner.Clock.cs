using Buildify.Databases;
using Buildify.Tasks.Queues;
using Npgsql;

namespace Buildify.Events.Log;

/// <summary>Looking for what others' transactions have committed: when it is told of it, and every second.</summary>
internal sealed partial class LogOwner
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    /// <summary>Every so many looks all days are looked at, for what a transaction of more than a day has committed.</summary>
    private const int LooksBetweenWhole = 30;

    private readonly TaskCompletionSource _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isLookQueued;
    private bool _isFailing;
    private int _looks;

    /// <summary>Looks before anything is written that comes after this, so that who commits, tells, and then publishes, is in that order in the log.</summary>
    public void Poke()
    {
        if (_isLookQueued || _isBroken || _hasEnded) return;
        _isLookQueued = true;
        _ = TakeIn();
    }

    private async Task RunClock()
    {
        while (!_hasEnded && !_isBroken)
        {
            Poke();
            await Task.WhenAny(Task.Delay(Rest, time), _wake.Task);
        }
    }

    private async Task TakeIn()
    {
        try
        {
            await _writer.Add(new LogWork { IsLook = true });
            if (_isFailing) Log.PlacesAgain(log, partition);
            _isFailing = false;
        }
        catch (GroupWriterFullException)
        {
            _isLookQueued = false;
        }
        catch (PostgresException error) when (!_isBroken && error.SqlState != "BD001")
        {
            await TakeInSingly(error);
        }
        catch (Exception)
        {
            // It was said where it was written, and the next owner looks.
        }
    }

    // One of them is to blame: the others are taken in without it.
    private async Task TakeInSingly(PostgresException why)
    {
        if (!_isFailing) Log.NotPlaced(log, why, partition);
        _isFailing = true;
        try
        {
            foreach (var row in await Look())
            {
                try
                {
                    await _writer.Add(new LogWork { Waiting = [row] });
                }
                catch (PostgresException error) when (!_isBroken)
                {
                    Log.NotTakenIn(log, error, row.Event.Id, row.Event.EventType, partition);
                }
            }
        }
        catch (Exception)
        {
            // The next look tries again.
        }
    }

    private async Task<List<WaitingEvent>> Look()
    {
        // From here on a commit that is told of is not sure to be seen by this one.
        _isLookQueued = false;
        var isWhole = _looks % LooksBetweenWhole == 0;
        var (epoch, rows) = await _tables.ReadWaiting(isWhole || _seat.LastDay == DateOnly.MinValue ? DateOnly.MinValue : _seat.LastDay.AddDays(-1));
        _looks++;
        if (epoch != _seat.Epoch) throw new OwnerReplacedException($"Partition {partition} of the event log has another owner now; ask again.");
        metrics.Waiting(partition, rows.Count, rows.Count == 0 ? TimeSpan.Zero : time.GetUtcNow() - rows[0].Event.CreatedAt);
        if (rows.Count == LogTables.MaxWaiting) Poke();
        if (rows.Count > 0) await Protect(rows);
        return rows;
    }

    private async Task Protect(List<WaitingEvent> rows)
    {
        var made = rows.ConvertAll(row => row.AsNew());
        var safe = await personal.Protect(made);
        for (var index = 0; index < rows.Count; index++)
        {
            if (!ReferenceEquals(safe[index].Payload.Text, made[index].Payload.Text)) rows[index] = rows[index] with { Protected = safe[index].Payload };
        }
    }
}
