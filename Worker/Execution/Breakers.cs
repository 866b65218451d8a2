using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;

namespace Buildify.Worker.Execution;

/// <summary>The circuit breakers of one worker, by the dependency's name: what its tasks learn of it, they learn together.</summary>
internal sealed partial class Breakers(IOptions<TaskWorkerOptions> options, TimeProvider time, ILogger<Breakers> logger)
{
    /// <summary>A name with an id in it would make one for each task, and they are never forgotten.</summary>
    public const int MaxNames = 1_000;

    private readonly ConcurrentDictionary<string, ResiliencePipeline> _byName = new(StringComparer.Ordinal);

    /// <exception cref="BrokenCircuitException">The circuit is open.</exception>
    public async Task<T> Run<T>(string dependency, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrEmpty(dependency);
        if (!_byName.TryGetValue(dependency, out var breaker))
        {
            if (_byName.Count >= MaxNames) throw new ArgumentException($"There are {MaxNames} dependencies already; name one by its host, not by what is asked of it.", nameof(dependency));
            breaker = _byName.GetOrAdd(dependency, Make);
        }
        return await breaker.ExecuteAsync(static async (call, token) => await call(token), call, cancellation);
    }

    private ResiliencePipeline Make(string dependency)
    {
        var settings = options.Value;
        return new ResiliencePipelineBuilder { TimeProvider = time }.AddCircuitBreaker(new CircuitBreakerStrategyOptions
        {
            MinimumThroughput = settings.BreakerCalls,
            FailureRatio = settings.BreakerFailurePercent / 100.0,
            SamplingDuration = TimeSpan.FromSeconds(settings.BreakerSamplingSeconds),
            BreakDuration = TimeSpan.FromSeconds(settings.BreakerOpenSeconds),
            // A call's own time-out is a failure of the dependency; a task that was asked to end says nothing of it.
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } error
                && !(error is OperationCanceledException && arguments.Context.CancellationToken.IsCancellationRequested)),
            OnOpened = arguments =>
            {
                Log.Opened(logger, dependency, arguments.BreakDuration.TotalSeconds);
                return default;
            },
            OnClosed = _ =>
            {
                Log.Closed(logger, dependency);
                return default;
            },
        }).Build();
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "The circuit to {Dependency} is open for {Seconds} s; tasks that need it are put off")]
        public static partial void Opened(ILogger logger, string dependency, double seconds);

        [LoggerMessage(2, LogLevel.Information, "The circuit to {Dependency} is closed")]
        public static partial void Closed(ILogger logger, string dependency);
    }
}
