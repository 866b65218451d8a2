using Microsoft.Extensions.Logging;

namespace Orleans.Runtime;

/// <summary>Registers grain timers.</summary>
internal static class GrainTimers
{
    public static IGrainTimer Register<TState>(
        IGrainContext context, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        ArgumentNullException.ThrowIfNull(callback);
        if (!ReferenceEquals(RuntimeContext.Current, context))
        {
            throw new InvalidOperationException("A grain timer was registered outside the grain's turns, for example within Task.Run.");
        }

        return new GrainTimer((Activation)context, stop => callback(state, stop), options);
    }
}

/// <summary>
/// One timer of one activation. Between ticks the clock runs, during a tick it does not, so that ticks never pile up.
/// </summary>
internal sealed partial class GrainTimer : IGrainTimer
{
    private readonly Activation _activation;
    private readonly Func<CancellationToken, Task> _callback;
    private readonly GrainTimerCreationOptions _options;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _timer;
    private TimeSpan _next;
    private TimeSpan _period;
    private bool _isTicking;
    private bool _wasChanged;

    public GrainTimer(Activation activation, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options)
    {
        Check(options.DueTime, nameof(options.DueTime));
        Check(options.Period, nameof(options.Period));
        (_activation, _callback, _options, _period) = (activation, callback, options, options.Period);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = activation.Silo.Time.CreateTimer(
                static timer => ((GrainTimer)timer!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        activation.Add(this);
        _timer.Change(options.DueTime, Timeout.InfiniteTimeSpan);
    }

    public void Change(TimeSpan dueTime, TimeSpan period)
    {
        Check(dueTime, nameof(dueTime));
        Check(period, nameof(period));
        (_next, _period, _wasChanged) = (dueTime, period, true);
        if (!_isTicking)
        {
            Wind(dueTime);
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _timer.Dispose();
        _activation.Remove(this);
    }

    private static void Check(TimeSpan time, string name)
    {
        const long Longest = 0xfffffffe;
        ArgumentOutOfRangeException.ThrowIfLessThan((long)time.TotalMilliseconds, -1, name);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)time.TotalMilliseconds, Longest, name);
    }

    private void Due()
    {
        _isTicking = true;
        _activation.TryReceive(new Tick(this));
    }

    private async Task TickAsync()
    {
        _wasChanged = false;
        try
        {
            await _callback(_stop.Token);
        }
        catch (Exception exception)
        {
            Log.TickFailed(_activation.Silo.Logger, exception, _activation.GrainId);
        }

        _isTicking = false;
        if (!_stop.IsCancellationRequested)
        {
            Wind(_wasChanged ? _next : _period);
        }
    }

    private void Wind(TimeSpan time)
    {
        // False when disposed meanwhile.
        _ = _timer.Change(time, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A tick waits its turn at the activation as a call does.</summary>
    private sealed class Tick(GrainTimer timer) : TurnRequest
    {
        internal override bool AlwaysInterleaves => timer._options.Interleave;

        internal override bool KeepsAlive => timer._options.KeepAlive;

        internal override bool IsLocal => true;

        internal override bool IsAbandoned => timer._stop.IsCancellationRequested;

        internal override async Task RunAsync(Activation activation)
        {
            await timer.TickAsync();
            activation.Finished(this);
        }

        internal override void Fail(Exception exception)
        {
            // The activation is gone, and so is the timer.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A timer's callback of {Grain} failed; the timer goes on.")]
        public static partial void TickFailed(ILogger logger, Exception exception, GrainId grain);
    }
}
