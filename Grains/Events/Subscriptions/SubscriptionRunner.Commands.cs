using Buildify.Events.Platform;

namespace Buildify.Events.Subscriptions;

/// <summary>Writing, and what callers want; one after the other.</summary>
internal sealed partial class SubscriptionRunner
{
    /// <summary>A web hook to which nothing could be delivered for so long is left.</summary>
    private static readonly TimeSpan FailingLimit = TimeSpan.FromDays(5);

    /// <param name="told">What is told of it, in the same commit.</param>
    public Task SetState(SubscriptionState state, NewEvent told, string? reason = null) => Write(async () =>
    {
        if (!await _store.SetState(state, reason, told)) throw Fence();
        (State, Reason) = (state, reason);
        (Plan.FailingSince, Plan.Gone) = (null, null);
        if (state != SubscriptionState.Active) return;
        _pausedUntil = DateTimeOffset.MinValue;
        _looks = true;
    });

    /// <summary>Parks what fails now, and lets keys go on that stand still.</summary>
    public async Task<int> Skip(string? eventId)
    {
        var count = 0;
        await Write(async () =>
        {
            var heads = Plan.Retries.Heads.Where(row => row.Attempts > 0 && !Plan.IsBusy(row.Key)).ToList();
            var found = heads.Count == 0 ? [] : await _store.ReadRetries(heads);
            foreach (var row in heads)
            {
                if (!found.TryGetValue(row.Position, out var @event) || (eventId is not null && @event.Id != eventId)) continue;
                if (!Plan.Retries.Has(row) || Plan.IsBusy(row.Key)) continue;
                Plan.Skip(row, @event);
                count++;
            }
            if (count > 0) await Flush();
            var released = await _store.Release(eventId);
            count += released.Count;
            if (released.Count == 0) return;
            var still = (await _store.Stopped()).ToHashSet(StringComparer.Ordinal);
            foreach (var key in released.Where(key => !still.Contains(key))) Plan.Retries.Release(key);
        });
        return count;
    }

    /// <summary>Delivers again what is behind a position.</summary>
    public Task Replay(long position, int perSecond) => Write(async () =>
    {
        await Flush();
        var until = Math.Max(Plan.Window.ReadUpTo, Plan.Pace?.Until ?? 0);
        var at = Math.Min(position, Plan.Window.Position);
        if (!await _store.Replay(at, until, perSecond)) throw Fence();
        Plan.Restart(at, new ReplayPace(until, perSecond, _time.GetUtcNow()));
        _looks = true;
    });

    /// <summary>What is up to a position is not wanted any more; nothing where it is behind it, or replays.</summary>
    public Task Jump(long position) => Write(async () =>
    {
        if (position <= Plan.Window.Position || Plan.Pace is not null) return;
        Plan.Restart(position, pace: null, isSaved: false);
        await Flush();
    });

    public async Task<int> Redeliver(string? eventId)
    {
        var count = 0;
        await Write(async () =>
        {
            var back = await _store.Redeliver(eventId, Math.Max(0, Plan.Rules.MaxRetries - Plan.Retries.Count), _time.GetUtcNow());
            foreach (var row in back) Plan.Retries.Add(row);
            count = back.Count;
            var still = (await _store.Stopped()).ToHashSet(StringComparer.Ordinal);
            foreach (var key in back.Select(row => row.Key).Distinct().Where(key => !still.Contains(key))) Plan.Retries.Release(key);
        });
        return count;
    }

    /// <summary>Sends one event that is in no log, whatever waits.</summary>
    public async Task<DeliveryAttempt> Try(LoggedEvent @event)
    {
        var start = _time.GetUtcNow();
        var result = await Send([@event], [1]);
        Pump();
        return result.Attempts is [var attempt, ..] ? attempt : new DeliveryAttempt(
            @event.Id, @event.EventType, 1, start, Status: null, (int)(_time.GetUtcNow() - start).TotalMilliseconds, Answer: null, result.Ends[0].Error);
    }

    public Task<int> CountDead() => _store.CountDead();

    private bool IsFailingTooLong() => _definition.IsWebHook && State == SubscriptionState.Active
        && Plan.FailingSince is { } since && _time.GetUtcNow() - since >= FailingLimit;

    private async Task Disable(string reason)
    {
        if (_disabling) return;
        _disabling = true;
        try
        {
            var told = new SubscriptionDisabled(_store.Subscription, _definition.Name, reason);
            await SetState(SubscriptionState.Disabled, EventEnvelope.Of(_store.Tenant, told), reason);
            Log.Disabled(_log, _store.Tenant, _store.Subscription, reason);
        }
        catch (Exception error)
        {
            // The next delivery says it again.
            Plan.Gone = null;
            Pause(error);
        }
        finally
        {
            _disabling = false;
        }
    }

    private async Task Save()
    {
        _saving = true;
        try
        {
            await Write(Flush);
        }
        catch (Exception error)
        {
            Pause(error);
        }
        finally
        {
            _saving = false;
            Pump();
        }
    }

    // What could not be written is written before anything else: it has keys whose rows are not there yet.
    private async Task Flush()
    {
        if (_unsaved is null && !Plan.HasSomethingToSave) return;
        var (save, window) = (_unsaved ??= Plan.TakeSave(), Plan.Window);
        if (!await _store.Save(save)) throw Fence();
        _unsaved = null;
        _lastSave = _time.GetTimestamp();
        Plan.Saved(save, window);
        _metrics.Parked(_definition, save.Parked.Count);
    }

    private async Task Write(Func<Task> write)
    {
        await _writing.WaitAsync();
        try
        {
            if (IsStopped) throw new InvalidOperationException("The subscription is being moved; try again.");
            await write();
        }
        finally
        {
            _writing.Release();
        }
        Pump();
    }

    private InvalidOperationException Fence()
    {
        if (!IsStopped)
        {
            Log.Fenced(_log, _store.Tenant, _store.Subscription);
            _stopping.Cancel();
            _metrics.Forget(this);
            _leave();
        }
        return new InvalidOperationException("The subscription is run elsewhere; try again.");
    }
}
