using Buildify.Gateway.Correlation;
using Buildify.Hosting.Management;
using Microsoft.AspNetCore.Http.Features;

namespace Buildify.Gateway.Health;

/// <summary>
/// Answers <c>GET /alive</c> before anything else is done for a request: it is asked every second by everything that watches, and has to
/// answer when all else is slow.
/// </summary>
internal sealed class AliveMiddleware(RequestDelegate next, TimeProvider time)
{
    public Task Invoke(HttpContext http)
    {
        if (http.Request.Path.Value != Alive.Path || !HttpMethods.IsGet(http.Request.Method)) return next(http);
        return Answer(http, time);
    }

    public static Task Answer(HttpContext http, TimeProvider time)
    {
        if (http.Features.Get<IHttpMetricsTagsFeature>() is { } metrics) metrics.MetricsDisabled = true;
        var (correlationId, traceParent) = CorrelationHeaders.Read(http.Request);
        CorrelationHeaders.Write(http.Response, correlationId, traceParent);
        http.Response.Headers.CacheControl = "no-store";
        return Alive.Write(http.Response, time, "ok"u8);
    }
}
