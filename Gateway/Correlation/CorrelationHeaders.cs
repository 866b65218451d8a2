using Buildify.Diagnostics;
using Buildify.Hosting.Diagnostics;
using Microsoft.Extensions.Primitives;

namespace Buildify.Gateway.Correlation;

/// <summary>The two headers that tie a request to what it caused: <c>traceparent</c> (W3C) and <c>X-Correlation-ID</c>.</summary>
internal static class CorrelationHeaders
{
    public const string CorrelationId = "X-Correlation-ID";
    private const string TraceParent = "traceparent";
    private const int MaxLength = 128;

    /// <summary>The ids of this request: the caller's where they are valid, else new ones.</summary>
    public static (string CorrelationId, string TraceParent) Read(HttpRequest request)
    {
        var parent = Trace.Parent(request.Headers.TraceParent);
        // Nothing is gained by a second random number: where the caller names none, the trace's id ties as well.
        return (request.Headers.TryGetValue(CorrelationId, out var sent) && IsValid(sent) ? sent.ToString() : Trace.IdOf(parent), parent);
    }

    /// <summary>Makes the ids known to what runs from here on, grain calls and log lines included, and answers them.</summary>
    public static void Begin(HttpContext http)
    {
        (CallContext.CorrelationId, CallContext.TraceParent) = Read(http.Request);
        Write(http.Response);
    }

    /// <summary>Again where the answer was begun anew, as errors do.</summary>
    public static void Write(HttpResponse response)
    {
        if (CallContext.CorrelationId is not { } id) return;
        Write(response, id, CallContext.TraceParent!);
        response.Headers.CacheControl = "no-store";
    }

    public static void Write(HttpResponse response, string correlationId, string traceParent)
    {
        response.Headers[CorrelationId] = correlationId;
        response.Headers[TraceParent] = traceParent;
    }

    private static bool IsValid(StringValues sent) =>
        sent is [{ Length: > 0 and <= MaxLength } id] && !id.AsSpan().ContainsAnyExceptInRange(' ', '~');
}
