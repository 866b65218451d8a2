using System.Collections;
using Buildify.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Buildify.Hosting.Diagnostics;

/// <summary>
/// Puts the correlation id and the trace id on every log line. They are looked up when a line is written, so a request that logs
/// nothing pays nothing; a scope opened per request would cost each one.
/// </summary>
internal sealed class CallScopes : IExternalScopeProvider
{
    private readonly LoggerExternalScopeProvider _pushed = new();

    public void ForEachScope<TState>(Action<object?, TState> callback, TState state)
    {
        if (CallContext.CorrelationId is { } id) callback(new CallScope(id, Trace.Id), state);
        _pushed.ForEachScope(callback, state);
    }

    public IDisposable Push(object? state) => _pushed.Push(state);

    private sealed class CallScope(string correlationId, string? traceId) : IEnumerable<KeyValuePair<string, object?>>
    {
        public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
        {
            yield return new("correlation_id", correlationId);
            yield return new("trace_id", traceId);
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => $"correlation_id={correlationId} trace_id={traceId}";
    }
}
