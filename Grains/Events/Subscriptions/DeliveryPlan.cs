using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Buildify.Events.Subscriptions;

/// <summary>What a subscription demands of its deliveries.</summary>
internal sealed record PlanRules(bool IsWebHook, int MaxAttempts, bool StopsOnFailure)
{
    /// <summary>Rows of <c>event_retries</c> that one subscription may have; with so many the cursor waits.</summary>
    public int MaxRetries { get; init; } = 10_000;

    /// <summary>Events that go to the sink together.</summary>
    public int BatchSize { get; init; } = IsWebHook ? 100 : 1_000;
}

/// <summary>
/// Which events go out next, which keys wait, what is to be written and how far the cursor may be. Decides, and does nothing: no clock, no
/// database, no grain.
/// </summary>
internal sealed class DeliveryPlan(PlanRules rules, long position, Func<double> chance)
{
    /// <summary>Of one key's retries in one batch: the ones behind a first that fails again are read for nothing.</summary>
    private const int RetriesOfKey = 100;

    // Keys that are out, with the batch that has them.
    private readonly Dictionary<string, long> _busy = new(StringComparer.Ordinal);
    private long _batches;
    private PendingSave _save = new();
    private long _scan;
    private long _savedPosition = position;
    private int _outOfWindow;

    public Window Window { get; private set; } = new(position);

    public RetryBook Retries { get; } = new();

    public ReplayPace? Pace { get; private set; }

    public PlanRules Rules { get; set; } = rules;

    /// <summary>Since when nothing but failures came back.</summary>
    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>The receiver wants nothing more.</summary>
    public string? Gone { get; set; }

    /// <summary>Delivered, and not written down yet.</summary>
    public long Unsaved => _save.Delivered;

    public bool HasRowsToSave => !_save.IsMoveOnly || (!Retries.IsEmpty && HasBehind());

    public bool HasSomethingToSave => HasRowsToSave || _save.Attempts.Count > 0 || Window.PositionOnceSaved > _savedPosition;

    /// <summary>The next events for the sink: first what is due again, then what is new.</summary>
    public bool TryTake(DateTimeOffset now, [NotNullWhen(true)] out DeliveryBatch? batch)
    {
        batch = Gone is null ? TakeRetries(now) ?? TakeNew(now) : null;
        return batch is not null;
    }

    /// <summary>What became of a batch.</summary>
    public void Complete(DeliveryBatch batch, ImmutableArray<Delivery> ends, DateTimeOffset now)
    {
        if (batch.Window == Window)
        {
            for (var i = 0; i < ends.Length; i++) CompleteNew(batch.Places[i], batch.Events[i], ends[i], now);
        }
        LetGo(batch);
    }

    /// <summary>What became of retries.</summary>
    /// <param name="events">By position; one that is missing is in the log no more.</param>
    /// <param name="ends">Of those that are not missing, in the order of the rows.</param>
    public void Complete(DeliveryBatch batch, IReadOnlyDictionary<long, LoggedEvent> events, ImmutableArray<Delivery> ends, DateTimeOffset now)
    {
        var end = 0;
        foreach (var row in batch.Rows)
        {
            var isThere = events.TryGetValue(row.Position, out var @event);
            var delivery = isThere ? ends[end++] : default;
            // A replay may have taken it away meanwhile.
            if (!Retries.Has(row)) continue;
            if (isThere) CompleteRetry(row, @event!, delivery, now);
            else Lose(row, now);
        }
        LetGo(batch);
    }

    /// <summary>The sink could not be reached at all: nothing was an attempt.</summary>
    public void Return(DeliveryBatch batch)
    {
        if (!batch.IsRetry && batch.Window == Window)
        {
            foreach (var place in batch.Places) Wait(place);
        }
        LetGo(batch);
    }

    private void Lose(RetryRow row, DateTimeOffset now)
    {
        Retries.Remove(row);
        Remove(row.Position);
        Tell($"The event at position {row.Position} was dropped from the log before it could be delivered.", now);
    }

    /// <summary>Puts a retry into the dead letters before its attempts are used up.</summary>
    public void Skip(RetryRow row, LoggedEvent @event)
    {
        Retries.Remove(row);
        Park(@event, row.Attempts, row.LastError ?? "It was skipped.", stops: false);
        Remove(row.Position);
        Retries.PutBack(row.Key);
    }

    public bool IsBusy(string key) => _busy.ContainsKey(key);

    public void Tell(string error, DateTimeOffset now) => (_save.LastError, _save.LastErrorAt) = (error, now);

    public void Record(IEnumerable<DeliveryAttempt> attempts) => _save.Attempts.AddRange(attempts);

    /// <summary>Begins at another place. What is out comes back and is not minded, and its keys wait for it.</summary>
    /// <param name="isSaved">Whether the cursor is there already.</param>
    public void Restart(long at, ReplayPace? pace, bool isSaved = true)
    {
        (Window, Pace, _scan, _outOfWindow) = (new Window(at), pace, 0, 0);
        if (isSaved) _savedPosition = at;
        Retries.RemoveBehind(at);
        _save.Places.Clear();
        foreach (var behind in _save.Kept.Keys.Where(position => position > at).ToList()) _save.Kept.Remove(behind);
    }

    /// <summary>What is to be written now. The next one is taken when this one was <see cref="Saved"/>.</summary>
    public PendingSave TakeSave()
    {
        var save = _save;
        if (!Retries.IsEmpty) TakeBehind(save);
        foreach (var place in save.Places) Window.Mark(place, SlotState.Saving);
        save.Position = Window.PositionOnceSaved;
        save.FailingSince = FailingSince;
        _save = new PendingSave();
        return save;
    }

    public void Saved(PendingSave save, Window window)
    {
        if (window != Window) return;
        foreach (var place in save.Places) Window.Mark(place, SlotState.Done);
        _savedPosition = save.Position;
        if (Pace is { } pace && _savedPosition >= pace.Until) Pace = null;
    }

    private DeliveryBatch? TakeRetries(DateTimeOffset now)
    {
        var rows = ImmutableArray.CreateBuilder<RetryRow>();
        var number = ++_batches;
        while (rows.Count < Rules.BatchSize && Retries.TakeDue(now, Math.Min(RetriesOfKey, Rules.BatchSize - rows.Count)) is { } taken)
        {
            // One that is out still comes back by itself.
            if (taken.IsEmpty || !_busy.TryAdd(taken[0].Key, number)) continue;
            rows.AddRange(taken);
        }
        return rows.Count == 0 ? null : new DeliveryBatch { Rows = rows.ToImmutable() };
    }

    private DeliveryBatch? TakeNew(DateTimeOffset now)
    {
        // Each that is out may fail, and needs its row then.
        var max = Math.Min(Rules.BatchSize, Rules.MaxRetries - Retries.Count - _outOfWindow);
        if (max <= 0) return null;
        var allowed = Pace?.Allowed(now) ?? int.MaxValue;
        var (places, events) = (new List<long>(), new List<LoggedEvent>());
        var number = ++_batches;
        string? last = null;
        long? firstSkipped = null;
        var place = Math.Max(_scan, Window.First);
        for (; place < Window.End && places.Count < max; place++)
        {
            if (Window.State(place) != SlotState.Waiting) continue;
            var @event = Window.Event(place);
            if (Pace is { } pace && @event.Position <= pace.Until && places.Count >= allowed) break;
            var key = @event.Key;
            // Often one key after the other is the same text.
            if (last is null || !string.Equals(key, last, StringComparison.Ordinal))
            {
                if (Retries.Blocks(key) || !TryHold(key, number))
                {
                    firstSkipped ??= place;
                    continue;
                }
                last = key;
            }
            Window.Mark(place, SlotState.Out);
            places.Add(place);
            events.Add(@event);
        }
        _scan = firstSkipped ?? place;
        if (places.Count == 0) return null;
        if (Pace is { } limit && events[0].Position <= limit.Until) limit.Take(places.Count);
        _outOfWindow += places.Count;
        return new DeliveryBatch
        {
            Places = ImmutableCollectionsMarshal.AsImmutableArray(places.ToArray()),
            Events = ImmutableCollectionsMarshal.AsImmutableArray(events.ToArray()),
            Window = Window,
        };
    }

    private bool TryHold(string key, long number)
    {
        ref var holder = ref CollectionsMarshal.GetValueRefOrAddDefault(_busy, key, out var isHeld);
        if (isHeld) return holder == number;
        holder = number;
        return true;
    }

    private void LetGo(DeliveryBatch batch)
    {
        if (batch.Window == Window) _outOfWindow -= batch.Count;
        string? last = null;
        for (var i = 0; i < batch.Count; i++)
        {
            var key = batch.KeyAt(i);
            if (last is not null && string.Equals(key, last, StringComparison.Ordinal)) continue;
            last = key;
            if (_busy.Remove(key) && !Retries.IsEmpty) Retries.PutBack(key);
        }
    }

    private void CompleteNew(long place, LoggedEvent @event, Delivery end, DateTimeOffset now)
    {
        switch (end.End)
        {
            case DeliveryEnd.Delivered:
                Window.Mark(place, SlotState.Done);
                Deliver();
                break;
            case DeliveryEnd.Failed or DeliveryEnd.FailedForGood:
                Window.Mark(place, SlotState.Failed);
                _save.Places.Add(place);
                Fail(new RetryRow(@event.Position, @event.Key), @event, end, now, isNew: true);
                break;
            default:
                if (end.End == DeliveryEnd.Gone) Gone = end.Error ?? "The receiver answered that it is gone.";
                Wait(place);
                break;
        }
    }

    private void CompleteRetry(RetryRow row, LoggedEvent @event, Delivery end, DateTimeOffset now)
    {
        switch (end.End)
        {
            case DeliveryEnd.Delivered:
                Retries.Remove(row);
                Remove(row.Position);
                Deliver();
                break;
            case DeliveryEnd.Failed or DeliveryEnd.FailedForGood:
                Fail(row, @event, end, now, isNew: false);
                break;
            case DeliveryEnd.Gone:
                Gone = end.Error ?? "The receiver answered that it is gone.";
                break;
        }
    }

    private void Deliver()
    {
        _save.Delivered++;
        FailingSince = null;
    }

    private void Fail(RetryRow row, LoggedEvent @event, Delivery end, DateTimeOffset now, bool isNew)
    {
        var error = end.Error ?? "It failed.";
        Tell(error, now);
        FailingSince ??= now;
        row.Attempts++;
        if (end.End == DeliveryEnd.FailedForGood || row.Attempts >= Rules.MaxAttempts)
        {
            if (!isNew) Retries.Remove(row);
            Park(@event, row.Attempts, error, Rules.StopsOnFailure);
            if (!isNew) Remove(row.Position);
            return;
        }
        row.LastError = error;
        row.NextAt = now + RetrySchedule.Next(Rules.IsWebHook, row.Attempts, chance(), end.RetryAfter);
        if (isNew) Retries.Add(row);
        _save.Removed.Remove(row.Position);
        _save.Kept[row.Position] = row;
    }

    private void Park(LoggedEvent @event, int attempts, string error, bool stops)
    {
        _save.Parked[@event.Position] = new Parked(@event, @event.Key, attempts, error, stops);
        if (stops) Retries.Stop(@event.Key);
    }

    private void Remove(long position)
    {
        _save.Kept.Remove(position);
        _save.Removed.Add(position);
    }

    private void Wait(long place)
    {
        Window.Mark(place, SlotState.Waiting);
        _scan = Math.Min(_scan, place);
    }

    private bool HasBehind()
    {
        if (Retries.Count + _outOfWindow >= Rules.MaxRetries) return false;
        for (var place = Window.First; place < Window.End; place++)
        {
            if (Window.State(place) == SlotState.Waiting && Retries.Blocks(Window.Event(place).Key)) return true;
        }
        return false;
    }

    // What is behind a failing one of its key becomes a row as well, so that the cursor can pass it and the other keys go on.
    private void TakeBehind(PendingSave save)
    {
        for (var place = Window.First; place < Window.End && Retries.Count + _outOfWindow < Rules.MaxRetries; place++)
        {
            if (Window.State(place) != SlotState.Waiting) continue;
            var @event = Window.Event(place);
            if (!Retries.Blocks(@event.Key)) continue;
            var row = new RetryRow(@event.Position, @event.Key);
            Retries.Add(row);
            save.Kept[row.Position] = row;
            save.Places.Add(place);
        }
    }
}
