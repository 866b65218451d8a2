using System.Diagnostics;
using Buildify.Diagnostics;

namespace Buildify.Hosting.Diagnostics;

/// <summary>The W3C trace (https://www.w3.org/TR/trace-context/) that the running code is part of.</summary>
internal static class Trace
{
    private const int IdStart = 3;
    private const int IdLength = 32;

    /// <summary>The trace's id, 32 hexadecimal digits; null outside of one.</summary>
    public static string? Id => Activity.Current is { IdFormat: ActivityIdFormat.W3C } activity
        ? activity.TraceId.ToHexString()
        : CallContext.TraceParent is { } parent ? IdOf(parent) : null;

    /// <summary>The trace's id out of a valid <c>traceparent</c>.</summary>
    public static string IdOf(string traceParent) => traceParent.Substring(IdStart, IdLength);

    /// <summary>
    /// What to hand on as <c>traceparent</c>: the request's activity, which the server made from the caller's header where that is
    /// valid. Where nothing listens there is no activity, and the header is read here.
    /// </summary>
    public static string Parent(string? received)
    {
        if (Activity.Current is { IdFormat: ActivityIdFormat.W3C, Id: { } id }) return id;

        var traceId = ActivityContext.TryParse(received, null, out var context) ? context.TraceId : ActivityTraceId.CreateRandom();
        return $"00-{traceId.ToHexString()}-{ActivitySpanId.CreateRandom().ToHexString()}-00";
    }
}
