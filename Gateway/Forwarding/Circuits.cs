using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;
using Polly;
using Polly.CircuitBreaker;

namespace Buildify.Gateway.Forwarding;

/// <summary>
/// A circuit breaker for each backend's address: one that fails is left in peace for some seconds, and its callers are answered at
/// once. Each gateway judges for itself, by its own requests.
/// </summary>
internal sealed class Circuits(IOptions<ForwardingOptions> options, TimeProvider time)
{
    /// <summary>When there are this many, all are forgotten: a platform has a few dozen backends.</summary>
    private const int MaxCircuits = 1000;

    private readonly ConcurrentDictionary<string, Circuit> _circuits = new(StringComparer.Ordinal);

    public ResiliencePipeline<HttpResponseMessage> Of(string address)
    {
        if (_circuits.TryGetValue(address, out var known)) return known.Pipeline;
        if (_circuits.Count >= MaxCircuits) _circuits.Clear();
        return _circuits.GetOrAdd(address, _ => Make()).Pipeline;
    }

    /// <summary>Whether requests to the address are held back, or about to be tried again.</summary>
    public bool IsOpen(string address) =>
        _circuits.TryGetValue(address, out var known) && known.State.CircuitState is CircuitState.Open or CircuitState.HalfOpen or CircuitState.Isolated;

    private Circuit Make()
    {
        var state = new CircuitBreakerStateProvider();
        var builder = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        builder.AddCircuitBreaker(new CircuitBreakerStrategyOptions<HttpResponseMessage>
        {
            FailureRatio = options.Value.BreakPercent / 100d,
            MinimumThroughput = options.Value.BreakAfter,
            SamplingDuration = TimeSpan.FromSeconds(options.Value.SampleSeconds),
            BreakDuration = TimeSpan.FromSeconds(options.Value.BreakSeconds),
            ShouldHandle = outcome => new ValueTask<bool>(IsFailure(outcome.Outcome)),
            StateProvider = state,
        });
        return new Circuit(builder.Build(), state);
    }

    // A caller who hangs up, or sends too much, says nothing about the backend; neither does a 500, which is an answer.
    private static bool IsFailure(Polly.Outcome<HttpResponseMessage> outcome) =>
        outcome.Exception is BackendAwayException
        || outcome.Result?.StatusCode is HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private sealed record Circuit(ResiliencePipeline<HttpResponseMessage> Pipeline, CircuitBreakerStateProvider State);
}

/// <summary>A backend did not begin to answer: no connection, a broken one, or none of its bytes in time.</summary>
internal sealed class BackendAwayException(string message, Exception inner) : Exception(message, inner);
