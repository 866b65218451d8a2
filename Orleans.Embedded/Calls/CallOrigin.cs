using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>Where calls come from: a silo, for its grains and the code beside them, or a client.</summary>
internal abstract class CallOrigin : IAsyncDisposable
{
    private static readonly TimeSpan LongestSweep = TimeSpan.FromSeconds(1);

    private readonly long _timeoutStamps;
    private readonly ITimer _sweep;
    private IOutgoingGrainCallFilter[]? _outgoingFilters;

    protected CallOrigin(IServiceProvider services, Cluster cluster, MessagingOptions options, string clientName)
    {
        Services = services;
        Cluster = cluster;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("Orleans.Embedded");
        ResponseTimeout = options.ResponseTimeout;
        CancelsOnTimeout = options.CancelRequestOnTimeout;
        ClientId = GrainId.Create(GrainTypePrefix.ClientGrainType, clientName);
        GrainFactory = new GrainFactory(this);

        _timeoutStamps = Stamps(ResponseTimeout);
        var period = ResponseTimeout < LongestSweep && ResponseTimeout > TimeSpan.Zero ? ResponseTimeout : LongestSweep;
        _sweep = Time.CreateTimer(static origin => ((CallOrigin)origin!).TimeOutTheLate(), this, period, period);
    }

    public IServiceProvider Services { get; }

    public Cluster Cluster { get; }

    public TimeProvider Time { get; }

    public ILogger Logger { get; }

    public GrainFactory GrainFactory { get; }

    /// <summary>Who calls when no grain does.</summary>
    public GrainId ClientId { get; }

    public TimeSpan ResponseTimeout { get; }

    public bool CancelsOnTimeout { get; }

    public OutstandingCalls Outstanding { get; } = new();

    public volatile bool IsStopped;

    /// <summary>Resolved at the first call: a filter may itself want the grain factory.</summary>
    public IOutgoingGrainCallFilter[] OutgoingFilters => _outgoingFilters ??= [.. Services.GetServices<IOutgoingGrainCallFilter>()];

    public long DeadlineAfter(TimeSpan? timeout) => Time.GetTimestamp() + (timeout is { } own ? Stamps(own) : _timeoutStamps);

    private long Stamps(TimeSpan timeout) => timeout == Timeout.InfiniteTimeSpan || timeout.TotalDays > 1000
        ? long.MaxValue / 2
        : (long)(timeout.TotalSeconds * Time.TimestampFrequency);

    private void TimeOutTheLate()
    {
        var now = Time.GetTimestamp();
        foreach (var call in Outstanding.Where(call => call.Deadline <= now))
        {
            call.TimeOut();
        }
    }

    public void FailAll(Func<GrainCall, bool> condition, Func<GrainCall, Exception> why)
    {
        foreach (var call in Outstanding.Where(condition))
        {
            call.Fail(why(call));
        }
    }

    /// <summary>No call leaves any more, and those that did are given up.</summary>
    public void Stop()
    {
        IsStopped = true;
        FailAll(_ => true, call => new SiloUnavailableException(
            $"The local Orleans host is shutting down and can no longer process the request: {call}."));
    }

    public ValueTask DisposeAsync()
    {
        Stop();
        GC.SuppressFinalize(this);
        return _sweep.DisposeAsync();
    }
}
