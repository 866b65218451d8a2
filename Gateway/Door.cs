using Buildify.Gateway.Correlation;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Problems;
using Microsoft.Extensions.Options;

namespace Buildify.Gateway;

/// <summary>
/// Stands first, around everything: whatever is refused or breaks further in leaves as a problem, with the request's ids on it.
/// </summary>
internal sealed partial class Door(RequestDelegate next, IOptions<LimitOptions> limits, ILogger<Door> log)
{
    private readonly int _headerBytes = limits.Value.HeaderBytes;

    // Not async itself: what an async method puts into the call context is gone when it returns, and the server's own log lines
    // about the request come after that.
    public Task Invoke(HttpContext http)
    {
        CorrelationHeaders.Begin(http);
        return Pass(http);
    }

    private async Task Pass(HttpContext http)
    {
        try
        {
            if (IsTooLarge(http.Request.Headers)) http.Response.StatusCode = StatusCodes.Status431RequestHeaderFieldsTooLarge;
            else await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested && !http.Response.HasStarted)
        {
            // The caller hung up; nobody reads the answer.
            http.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
            return;
        }
        catch (Exception error) when (!http.Response.HasStarted)
        {
            await Refuse(http, error);
            return;
        }
        if (IsBare(http.Response)) await Explain(http);
    }

    private async Task Refuse(HttpContext http, Exception error)
    {
        var problem = ProblemOfException.Of(error);
        var endpoint = http.GetEndpoint()?.DisplayName;
        if (problem.Type.Status == StatusCodes.Status500InternalServerError) Log.Broke(log, error, http.Request.Method, endpoint);
        else if (problem.Type.Status == StatusCodes.Status503ServiceUnavailable) Log.Away(log, endpoint, error.GetType().Name, error.Message);
        http.Response.Clear();
        await problem.ExecuteAsync(http);
    }

    private static bool IsBare(HttpResponse response) =>
        response.StatusCode >= 400 && !response.HasStarted && response.ContentType is null && response.ContentLength is null;

    private static Task Explain(HttpContext http)
    {
        var problem = Problem.OfStatus(http.Response.StatusCode);
        if (problem.Type.Code != ProblemCodes.MethodNotAllowed) return problem.ExecuteAsync(http);

        var allow = http.Response.Headers.Allow.ToString();
        if (allow.Contains("GET", StringComparison.Ordinal)) allow += ", HEAD";
        http.Response.Headers.Allow = allow + ", OPTIONS";
        if (!HttpMethods.IsOptions(http.Request.Method)) return problem.ExecuteAsync(http);

        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    // Kestrel refuses what is far beyond, with no words; here is the limit that callers meet.
    private bool IsTooLarge(IHeaderDictionary headers)
    {
        var bytes = 0;
        foreach (var (name, values) in headers)
        {
            foreach (var value in values) bytes += name.Length + (value?.Length ?? 0);
        }
        return bytes > _headerBytes;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Endpoint} broke")]
        public static partial void Broke(ILogger logger, Exception error, string method, string? endpoint);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Endpoint} could not be served: {Type}: {Reason}")]
        public static partial void Away(ILogger logger, string? endpoint, string type, string reason);
    }
}
