using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>How an activation starts and ends.</summary>
internal sealed partial class Activation
{
    private bool _isStarting;
    private bool _endIsQueued;

    /// <summary>Makes the grain and activates it, as the first of the activation's turns.</summary>
    public void Start()
    {
        _isStarting = true;
        Silo.OnActivationStarted(this);
        QueueAction(() => _ = StartAsync());
    }

    void IGrainContext.Activate(Dictionary<string, object>? requestContext, CancellationToken cancellationToken)
    {
        // The runtime starts every activation it makes, and makes every one there is.
    }

    private async Task StartAsync()
    {
        using var stop = new CancellationTokenSource(Silo.Collection.ActivationTimeout, Silo.Time);
        try
        {
            lock (_turns)
            {
                // Whoever calls first lends its request context, as on Orleans.
                RequestContext.Values = (_waiting.First as GrainCall)?.Context;
                (_extras ??= new ActivationExtras()).Start = stop;
            }

            await ActivateGrainAsync(stop.Token);
            lock (_turns)
            {
                if (State == ActivationState.Starting)
                {
                    State = ActivationState.Active;
                }
            }
        }
        catch (Exception exception)
        {
            Log.ActivationFailed(Silo.Logger, exception, GrainId);
            Deactivate(exception is OperationCanceledException && stop.IsCancellationRequested
                ? new DeactivationReason(DeactivationReasonCode.RuntimeRequested, exception, "Activation was cancelled by the runtime.")
                : new DeactivationReason(DeactivationReasonCode.ActivationFailed, exception, "Failed to activate grain."));
        }

        lock (_turns)
        {
            _isStarting = false;
            _usedAt = Silo.Time.GetTimestamp();
            _extras!.Start = null;
            if (_extras.IsEmpty)
            {
                _extras = null;
            }

            if (State == ActivationState.Ending)
            {
                QueueEnd();
            }
            else if (_waiting.Count > 0)
            {
                QueuePump();
            }
        }
    }

    private async Task ActivateGrainAsync(CancellationToken stop)
    {
        try
        {
            GrainInstance = Class.Create(this);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(
                $"Failed to create an instance of grain type '{Class.Type}'. See InnerException for details.", exception);
        }

        if (GrainInstance is ILifecycleParticipant<IGrainLifecycle> participant)
        {
            participant.Participate(ObservableLifecycle);
        }

        if (_extras?.Lifecycle is { } lifecycle)
        {
            await lifecycle.StartAsync(stop).WaitAsync(stop);
        }

        if (GrainInstance is IGrainBase grain && grain.OnActivateAsync(stop) is { IsCompletedSuccessfully: false } activating)
        {
            await activating.WaitAsync(stop);
        }
    }

    public void Deactivate(DeactivationReason deactivationReason, CancellationToken cancellationToken = default)
    {
        CancellationTokenSource? start;
        lock (_turns)
        {
            if (State is ActivationState.Ending or ActivationState.Ended)
            {
                return;
            }

            _extras ??= new ActivationExtras();
            _extras.Reason = deactivationReason;
            _extras.StopToken = cancellationToken;
            start = _extras.Start;
            _wasActive = State == ActivationState.Active;
            State = ActivationState.Ending;
            if (_running == 0 && !_isStarting)
            {
                QueueEnd();
            }
        }

        // Outside the lock: what the grain registered on the token runs here.
        start?.Cancel();
    }

    private bool _wasActive;

    private void QueueEnd()
    {
        if (!_endIsQueued)
        {
            _endIsQueued = true;
            QueueAction(() => _ = EndAsync());
        }
    }

    private async Task EndAsync()
    {
        var extras = _extras!;
        DisposeTimers();
        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(extras.StopToken))
        {
            await using var limit = Silo.Time.CreateTimer(
                static stop => ((CancellationTokenSource)stop!).Cancel(), stop, Silo.Collection.DeactivationTimeout, Timeout.InfiniteTimeSpan);
            await DeactivateGrainAsync(extras, stop.Token);
        }

        Leave(extras.Reason.Exception);
        extras.SetEnded();
    }

    private async Task DeactivateGrainAsync(ActivationExtras extras, CancellationToken stop)
    {
        try
        {
            if (_wasActive && GrainInstance is IGrainBase grain)
            {
                await grain.OnDeactivateAsync(extras.Reason, stop).WaitAsync(stop);
            }

            if (extras.Lifecycle is { } lifecycle)
            {
                await lifecycle.StopAsync(stop).WaitAsync(stop);
            }
        }
        catch (Exception exception)
        {
            Log.DeactivationFailed(Silo.Logger, exception, GrainId);
        }

        await DisposeAsync(GrainInstance);
        await DisposeAsync(extras.Scope);
    }

    private async Task DisposeAsync(object? what)
    {
        try
        {
            if (what is IAsyncDisposable asynchronously)
            {
                await asynchronously.DisposeAsync();
            }
            else
            {
                (what as IDisposable)?.Dispose();
            }
        }
        catch (Exception exception)
        {
            Log.DeactivationFailed(Silo.Logger, exception, GrainId);
        }
    }

    /// <summary>Gives up its place. What waited fails with the reason's exception, or without one goes to the next activation.</summary>
    private void Leave(Exception? exception)
    {
        TurnRequest? waiting;
        lock (_turns)
        {
            State = ActivationState.Ended;
            waiting = Movable(_waiting.TakeAll());
            Silo.OnActivationEnded(this);
            if (_pool is null)
            {
                Silo.Cluster.Replace(this, exception is null ? waiting : null);
            }
        }

        // Outside the lock, as a pool locks first itself and then its workers.
        _pool?.OnWorkerEnded(this, exception is null ? waiting : null);
        if (exception is not null)
        {
            TurnQueue.FailAll(waiting, exception);
        }
    }

    /// <summary>What goes on to the next activation: not its own ticks, and nothing that has been moved too often already.</summary>
    private TurnRequest? Movable(TurnRequest? chain)
    {
        var kept = default(TurnQueue);
        while (chain is not null)
        {
            var next = chain.Next;
            if (chain.Moves >= Silo.Messaging.MaxForwardCount)
            {
                chain.Fail(new OrleansMessageRejectionException(
                    $"{GrainId} ended {chain.Moves + 1} times before it could run {chain}. {_extras?.Reason}"));
            }
            else if (!chain.IsLocal && !chain.IsAbandoned)
            {
                chain.Moves++;
                kept.Add(chain);
            }

            chain = next;
        }

        return kept.First;
    }

    /// <summary>Its silo died: it is forgotten where it stands, without a word to the grain.</summary>
    public void Abandon()
    {
        TurnRequest? waiting;
        lock (_turns)
        {
            if (State == ActivationState.Ended)
            {
                return;
            }

            State = ActivationState.Ended;
            waiting = _waiting.TakeAll();
            Silo.OnActivationEnded(this);
            if (_pool is null)
            {
                Silo.Cluster.Replace(this, null);
            }
        }

        DisposeTimers();
        TurnQueue.FailAll(waiting, new SiloUnavailableException($"The target silo became unavailable for message: {GrainId}. "));
        Extras.SetEnded();
    }

    public bool IsIdleFor(TimeSpan time)
    {
        lock (_turns)
        {
            return State == ActivationState.Active && IsInactive && Silo.Time.GetElapsedTime(_usedAt) >= time;
        }
    }

    /// <summary>Whether the collector must leave it for now, however idle it is.</summary>
    public bool IsKept => Class.CollectionAge == Timeout.InfiniteTimeSpan || (_extras is { } extras && extras.KeepUntil > Silo.Time.GetUtcNow());

    public void DelayDeactivation(TimeSpan time) => Extras.KeepUntil =
        time == TimeSpan.MaxValue || time == Timeout.InfiniteTimeSpan ? DateTimeOffset.MaxValue
        : time <= TimeSpan.Zero ? default
        : Silo.Time.GetUtcNow() + time;

    public void Add(GrainTimer timer)
    {
        lock (_turns)
        {
            ((_extras ??= new ActivationExtras()).Timers ??= []).Add(timer);
        }
    }

    public void Remove(GrainTimer timer)
    {
        lock (_turns)
        {
            _extras?.Timers?.Remove(timer);
        }
    }

    private void DisposeTimers()
    {
        GrainTimer[] timers;
        lock (_turns)
        {
            timers = [.. _extras?.Timers ?? []];
        }

        foreach (var timer in timers)
        {
            timer.Dispose();
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Grain} could not be activated.")]
        public static partial void ActivationFailed(ILogger logger, Exception exception, GrainId grain);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Grain} was deactivated all the same, but not cleanly.")]
        public static partial void DeactivationFailed(ILogger logger, Exception exception, GrainId grain);
    }
}
