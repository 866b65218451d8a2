using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Buildify.Events.Subscriptions;

/// <summary>
/// The loop of one subscription: reads, hands out, and writes down, each beside the others. It runs one step at a time on its grain's
/// scheduler, and whatever ends calls <see cref="Pump"/>, which begins what can be begun.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Neither holds anything: no timer is set on the one, and nobody asks for the other's handle.")]
internal sealed partial class SubscriptionRunner
{
    /// <summary>Batches with the sink at once: a key that hangs holds up its batch, and the others go on.</summary>
    private const int MaxOut = 4;

    private const int Slice = 1_000;

    private static readonly TimeSpan SaveEvery = TimeSpan.FromMilliseconds(200);
    private const int SaveEveryEvents = 1_000;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    private readonly SubscriptionStore _store;
    private readonly IEventSink _sink;
    private readonly SubscriptionMetrics _metrics;
    private readonly Action _leave;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly CancellationTokenSource _stopping = new();

    private SubscriptionDefinition _definition;
    private PatternSql _pattern;
    private PendingSave? _unsaved;
    private long _known;
    private bool _looks;
    private bool _reading;
    private Task _read = Task.CompletedTask;
    private Task _delivery = Task.CompletedTask;
    private bool _saving;
    private bool _pumping;
    private bool _again;
    private bool _disabling;
    private int _out;
    private long _lastSave;
    private DateTimeOffset _pausedUntil = DateTimeOffset.MinValue;
    private TimeSpan _pause = FirstPause;
    private DateTimeOffset? _alarm;
    private CancellationTokenSource? _alarmOff;

    /// <param name="leave">Another activation has taken the cursor, and this one has to go.</param>
    public SubscriptionRunner(
        SubscriptionStore store, CursorRow cursor, SubscriptionDefinition definition, IEventSink sink, SubscriptionMetrics metrics, Action leave,
        TimeProvider time, ILogger log)
    {
        (_store, _sink, _metrics, _leave, _time, _log, _definition) = (store, sink, metrics, leave, time, log, definition);
        _pattern = PatternSql.Of(definition.Pattern);
        (State, Reason, LastError, LastErrorAt, CreatedAt) = (cursor.State, cursor.Reason, cursor.LastError, cursor.LastErrorAt, cursor.CreatedAt);
        Plan = new DeliveryPlan(definition.Rules, cursor.Position, Random.Shared.NextDouble) { FailingSince = cursor.FailingSince };
        if (cursor is { ReplayUntil: { } until, ReplayRate: { } rate }) Plan.Restart(cursor.Position, new ReplayPace(until, rate, time.GetUtcNow()));
        metrics.Know(this);
    }

    public DeliveryPlan Plan { get; }

    public SubscriptionDefinition Definition => _definition;

    public SubscriptionState State { get; private set; }

    public string? Reason { get; private set; }

    public string? LastError { get; private set; }

    public DateTimeOffset? LastErrorAt { get; private set; }

    public DateTimeOffset CreatedAt { get; }

    private bool IsStopped => _stopping.IsCancellationRequested;

    /// <summary>Reads what waits for another attempt; before anything else.</summary>
    public Task Begin() => _store.Load(Plan.Retries);

    /// <summary>Hands nothing out any more, and writes down how far it is.</summary>
    public async Task End()
    {
        if (IsStopped) return;
        await _stopping.CancelAsync();
        _metrics.Forget(this);
        await _writing.WaitAsync();
        try
        {
            if (_unsaved is not null || Plan.HasSomethingToSave) await _store.Save(_unsaved ?? Plan.TakeSave());
        }
        catch (Exception error)
        {
            // It comes again from where the cursor is.
            Log.SaveFailed(_log, _store.Tenant, _store.Subscription, error);
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>The router has something, or thinks that the log has.</summary>
    /// <returns>At once; where others follow when the receiver has had it.</returns>
    public Task Offer(EventOffer offer)
    {
        if (IsStopped || State != SubscriptionState.Active) return Task.CompletedTask;
        var window = Plan.Window;
        if (offer.After > window.ReadUpTo)
        {
            _looks = true;
        }
        else if (offer.Events.Length <= window.Room)
        {
            foreach (var @event in offer.Events)
            {
                if (@event.Position > window.ReadUpTo) window.Append(@event);
            }
            window.Pass(offer.UpTo);
        }
        // No room: they are in the log.
        _known = Math.Max(_known, offer.UpTo);
        Pump();
        return offer.HasFollowers ? Had() : Task.CompletedTask;
    }

    private async Task Had()
    {
        if (_reading) await _read;
        await _delivery;
    }

    /// <summary>Looks into the log, whatever it was told.</summary>
    public void Look()
    {
        _looks = true;
        Pump();
    }

    public void Redefine(SubscriptionDefinition definition)
    {
        (_definition, _pattern, Plan.Rules) = (definition, PatternSql.Of(definition.Pattern), definition.Rules);
    }

    public async Task<long> Lag()
    {
        var (window, waiting) = (Plan.Window, 0);
        for (var place = window.First; place < window.End; place++)
        {
            if (window.State(place) is SlotState.Waiting or SlotState.Out) waiting++;
        }
        var unread = await _store.Count(window.ReadUpTo, _pattern, MaxLag);
        return Math.Min(MaxLag, unread + waiting + Plan.Retries.Count);
    }

    /// <summary>What is known without asking: for metrics.</summary>
    public long KnownLag => Plan.Window.Count + Plan.Retries.Count;

    public const int MaxLag = 10_000;

    private void Pump()
    {
        // What ends at once calls this from within.
        _again = true;
        if (_pumping) return;
        _pumping = true;
        while (_again && !IsStopped)
        {
            _again = false;
            Step();
        }
        _pumping = false;
    }

    private void Step()
    {
        var now = _time.GetUtcNow();
        if (State == SubscriptionState.Active && now >= _pausedUntil)
        {
            while (_out < MaxOut && Plan.TryTake(now, out var batch)) _delivery = Deliver(batch);
            if (!_reading && (_looks || _known > Plan.Window.ReadUpTo) && Plan.Window.Room >= Slice) _read = Read();
        }
        if (!_saving && IsTimeToSave()) _ = Save();
        SetAlarm(now);
    }

    private bool IsTimeToSave()
    {
        if (_unsaved is not null) return _time.GetUtcNow() >= _pausedUntil;
        if (Plan.HasRowsToSave) return true;
        return Plan.HasSomethingToSave && (Plan.Unsaved >= SaveEveryEvents || _time.GetElapsedTime(_lastSave) >= SaveEvery);
    }

    // Reading one slice while the one before is delivered.
    private async Task Read()
    {
        _reading = true;
        try
        {
            while (!IsStopped && State == SubscriptionState.Active && (_looks || _known > Plan.Window.ReadUpTo) && Plan.Window.Room >= Slice)
            {
                var window = Plan.Window;
                var after = window.ReadUpTo;
                _looks = false;
                var slice = await _store.Read(after, _pattern, Slice);
                if (window != Plan.Window)
                {
                    _looks = true;
                    continue;
                }
                Take(slice, window, after);
                Pump();
            }
            _pause = FirstPause;
        }
        catch (Exception error)
        {
            _looks = true;
            Pause(error);
        }
        finally
        {
            _reading = false;
        }
        Pump();
    }

    private void Take(LogSlice slice, Window window, long after)
    {
        foreach (var @event in slice.Events)
        {
            // An offer may have come while the log was read, and joined.
            if (@event.Position > window.ReadUpTo && window.Room > 0) window.Append(@event);
        }
        if (slice.IsFull) _looks = true;
        else
        {
            window.Pass(slice.UpTo);
            if (_known <= slice.UpTo) _known = 0;
        }
        if (slice.LostUpTo is { } lost)
        {
            Plan.Tell($"Events were dropped from the log before they were read: those from position {after + 1} to {lost}.", _time.GetUtcNow());
        }
    }

    private async Task Deliver(DeliveryBatch batch)
    {
        _out++;
        try
        {
            if (batch.IsRetry) await DeliverAgain(batch);
            else
            {
                var result = await Send(batch.Events, [.. Enumerable.Repeat(1, batch.Count)]);
                Plan.Complete(batch, result.Ends, _time.GetUtcNow());
            }
            _pause = FirstPause;
        }
        catch (Exception error)
        {
            Plan.Return(batch);
            Pause(error);
        }
        finally
        {
            _out--;
        }
        if (Plan.Gone is { } reason && State == SubscriptionState.Active) await Disable(reason);
        else if (IsFailingTooLong()) await Disable($"It failed for {FailingLimit.TotalDays} days.");
        Pump();
    }

    private async Task DeliverAgain(DeliveryBatch batch)
    {
        var found = await _store.ReadRetries(batch.Rows);
        ImmutableArray<RetryRow> rows = [.. batch.Rows.Where(row => found.ContainsKey(row.Position))];
        var ends = ImmutableArray<Delivery>.Empty;
        if (rows.Length > 0) ends = (await Send([.. rows.Select(row => found[row.Position])], [.. rows.Select(row => row.Attempts + 1)])).Ends;
        Plan.Complete(batch, found, ends, _time.GetUtcNow());
    }

    private async Task<SinkResult> Send(ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts)
    {
        var target = _definition.Target(_store.Tenant, _store.Subscription, _time.GetUtcNow());
        var result = await _sink.Deliver(target, events, attempts, _stopping.Token);
        if (result.Ends.Length != events.Length) throw new InvalidOperationException($"The sink answered {result.Ends.Length} of {events.Length} events.");
        Plan.Record(result.Attempts);
        _metrics.Delivered(_definition, result.Ends);
        foreach (var end in result.Ends)
        {
            if (end.End is not (DeliveryEnd.Failed or DeliveryEnd.FailedForGood)) continue;
            (LastError, LastErrorAt) = (end.Error, _time.GetUtcNow());
        }
        return result;
    }

    private void Pause(Exception error)
    {
        if (IsStopped) return;
        Log.Paused(_log, _store.Tenant, _store.Subscription, _pause.TotalSeconds, error);
        _pausedUntil = _time.GetUtcNow() + _pause;
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        (LastError, LastErrorAt) = (error.Message, _time.GetUtcNow());
    }

    private void SetAlarm(DateTimeOffset now)
    {
        DateTimeOffset? at = null;
        if (State == SubscriptionState.Active)
        {
            if (Plan.Retries.NextAt is { } retry && _out < MaxOut && Plan.Gone is null) at = retry;
            if (Plan.Pace is { } pace && Plan.Window.Count > 0) at = Earlier(at, now + pace.Rest);
        }
        if (!_saving && Plan.HasSomethingToSave) at = Earlier(at, now + SaveEvery);
        if (_pausedUntil > now) at = at is null || _looks || _unsaved is not null || at < _pausedUntil ? _pausedUntil : at;
        if (at is null || (_alarm is { } set && set <= at && set > now)) return;
        _alarmOff?.Cancel();
        _alarmOff?.Dispose();
        _alarmOff = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token);
        _alarm = at;
        _ = Ring(at.Value - now, _alarmOff.Token);
    }

    private async Task Ring(TimeSpan rest, CancellationToken off)
    {
        try
        {
            await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1), _time, off);
        }
        catch (OperationCanceledException)
        {
            return;
        }
        _alarm = null;
        Pump();
    }

    private static DateTimeOffset Earlier(DateTimeOffset? one, DateTimeOffset other) => one is { } known && known < other ? known : other;

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "Subscription {Subscription} of {Tenant} could not write down how far it is")]
        public static partial void SaveFailed(ILogger logger, string tenant, string subscription, Exception error);

        [LoggerMessage(2, LogLevel.Warning, "Subscription {Subscription} of {Tenant} cannot go on; tried again in {Pause_seconds} s")]
        public static partial void Paused(ILogger logger, string tenant, string subscription, double pause_seconds, Exception error);

        [LoggerMessage(3, LogLevel.Information, "Subscription {Subscription} of {Tenant} is run elsewhere; this activation leaves")]
        public static partial void Fenced(ILogger logger, string tenant, string subscription);

        [LoggerMessage(4, LogLevel.Warning, "Subscription {Subscription} of {Tenant} is disabled: {Reason}")]
        public static partial void Disabled(ILogger logger, string tenant, string subscription, string reason);
    }
}
