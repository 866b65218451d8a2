using System.Buffers;
using System.Collections.Frozen;
using System.Net;
using System.Text;
using Buildify.Diagnostics;
using Buildify.Gateway.Correlation;
using Buildify.Gateway.Problems;
using Buildify.Gateway.Tenants;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Polly.CircuitBreaker;

namespace Buildify.Gateway.Forwarding;

/// <summary>A request for a backend, and who sends it.</summary>
/// <param name="Assertion">The token that replaces the caller's own.</param>
internal sealed record Forwarded(string Module, string Address, string Tenant, string? Company, string Assertion);

/// <summary>
/// Sends a request on to a backend and its answer back, byte for byte as they come, neither of them held. Path and query stay as
/// they are; headers lose what belongs to one connection (RFC 9110, 7.6.1) and what only the gateway may say. Nothing is sent twice,
/// beyond what SocketsHttpHandler repeats by itself: a request of which an idle connection that had just closed took nothing. Over
/// HTTP/1.1 a backend's answer is read when it has been sent all of the body. YARP's IHttpForwarder does all this and more, and
/// should replace this file where it can be had.
/// </summary>
internal sealed partial class Forwarder(IOptions<ForwardingOptions> options, Circuits circuits, TimeProvider time, ILogger<Forwarder> log) : IDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly ForwardingOptions _options = options.Value;
    private readonly HttpMessageInvoker _backends = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(options.Value.ConnectSeconds),
        MaxConnectionsPerServer = options.Value.Connections,
        // Names are looked up anew this often, so that a backend that moved is found.
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        EnableMultipleHttp2Connections = true,
        // As Kestrel reads and writes them here: bytes in are bytes out.
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        ResponseHeaderEncodingSelector = (_, _) => Encoding.Latin1,
    });

    public async Task Forward(HttpContext http, Forwarded forwarded)
    {
        if (http.Features.Get<AskedByHead>() is not null) http.Request.Method = HttpMethods.Head;
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = _options.BodyBytes;
        if (http.Request.ContentLength > _options.BodyBytes)
        {
            await Refuse(http, StatusCodes.Status413PayloadTooLarge);
            return;
        }

        using var clock = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var hangUp = http.RequestAborted.UnsafeRegister(static clock => ((CancellationTokenSource)clock!).Cancel(), clock);
        using var request = new HttpRequestMessage(new HttpMethod(http.Request.Method), ForwardedUri.Of(forwarded.Address, http))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        var body = http.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true ? new RequestBody(http.Request, Restart) : null;
        request.Content = body;
        ForwardedHeaders.Write(http, request, forwarded);
        void Restart() => clock.CancelAfter(TimeSpan.FromSeconds(_options.Seconds));

        try
        {
            Restart();
            using var response = await circuits.Of(forwarded.Address).ExecuteAsync(
                token => new ValueTask<HttpResponseMessage>(Send(http, request, body, token)), clock.Token);
            await Answer(http, forwarded, response, clock);
        }
        catch (BadHttpRequestException refused)
        {
            await Refuse(http, refused.StatusCode);
        }
        catch (BrokenCircuitException open)
        {
            var seconds = Math.Max(1, (int)Math.Ceiling((open.RetryAfter ?? TimeSpan.FromSeconds(_options.BreakSeconds)).TotalSeconds));
            await Away(forwarded, "failed several times and is left in peace", seconds).ExecuteAsync(http);
        }
        catch (BackendAwayException away)
        {
            Log.Away(log, forwarded.Module, forwarded.Address, away.Message);
            await Away(forwarded, "does not answer", _options.BreakSeconds).ExecuteAsync(http);
        }
    }

    public void Dispose() => _backends.Dispose();

    /// <summary>Returns when the answer has begun. What is the caller's doing is thrown as it is, the rest as <see cref="BackendAwayException"/>.</summary>
    private async Task<HttpResponseMessage> Send(HttpContext http, HttpRequestMessage request, RequestBody? body, CancellationToken token)
    {
        try
        {
            return await _backends.SendAsync(request, token);
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            throw new OperationCanceledException(http.RequestAborted);
        }
        catch (Exception) when (body?.Refusal is { } refusal)
        {
            // Too large or too slow.
            throw refusal;
        }
        catch (OperationCanceledException late) when (token.IsCancellationRequested)
        {
            throw new BackendAwayException($"It did not begin to answer within {_options.Seconds} s.", late);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or OperationCanceledException)
        {
            throw new BackendAwayException(error.Message, error);
        }
    }

    private async Task Answer(HttpContext http, Forwarded forwarded, HttpResponseMessage response, CancellationTokenSource clock)
    {
        var idle = TimeSpan.FromSeconds(_options.IdleSeconds);
        clock.CancelAfter(idle);
        http.Response.StatusCode = (int)response.StatusCode;
        if (http.Features.Get<IHttpResponseFeature>() is { } feature) feature.ReasonPhrase = response.ReasonPhrase;
        ForwardedHeaders.Read(response, http.Response);
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        try
        {
            await using var content = await response.Content.ReadAsStreamAsync(clock.Token);
            await Copy(content, http.Response.Body, () => clock.CancelAfter(idle), clock.Token);
            ForwardedHeaders.ReadTrailers(response, http.Response);
        }
        catch (Exception error)
        {
            // What was sent cannot be taken back: cut off, it is seen to be cut off.
            if (!http.RequestAborted.IsCancellationRequested) Log.Broke(log, forwarded.Module, forwarded.Address, error.Message);
            http.Abort();
        }
    }

    /// <summary>Nothing waits in a buffer while there is nothing to read.</summary>
    private static async Task Copy(Stream from, Stream to, Action moved, CancellationToken token)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        while (true)
        {
            var reading = from.ReadAsync(buffer, token);
            if (!reading.IsCompleted) await to.FlushAsync(token);
            var read = await reading;
            if (read == 0) break;
            moved();
            await to.WriteAsync(buffer.AsMemory(0, read), token);
        }
        // Not where something was thrown: a read may still be writing into it.
        ArrayPool<byte>.Shared.Return(buffer);
    }

    // The rest of the body is not read, so that nothing more can come on this connection.
    private static Task Refuse(HttpContext http, int status)
    {
        http.Response.Headers.Connection = "close";
        return Problem.OfStatus(status).ExecuteAsync(http);
    }

    private static Problem Away(Forwarded forwarded, string what, int seconds) =>
        new(ProblemTypes.Of(ProblemCodes.BackendUnavailable), $"The backend of module '{forwarded.Module}' {what}; try again shortly.") { RetryAfterSeconds = seconds };

    /// <summary>The caller's body on its way; the first read is what makes Kestrel answer <c>100 Continue</c>.</summary>
    private sealed class RequestBody(HttpRequest request, Action moved) : HttpContent
    {
        /// <summary>What was wrong with the body itself.</summary>
        public BadHttpRequestException? Refusal { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            try
            {
                await Copy(request.Body, stream, moved, cancellationToken);
            }
            catch (BadHttpRequestException error)
            {
                Refusal = error;
                throw;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = request.ContentLength ?? 0;
            return request.ContentLength is not null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The backend of module {Module} at {Address} does not answer: {Reason}")]
        public static partial void Away(ILogger logger, string module, string address, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "An answer of module {Module} at {Address} broke off: {Reason}")]
        public static partial void Broke(ILogger logger, string module, string address, string reason);
    }
}

/// <summary>Where a request goes.</summary>
internal static class ForwardedUri
{
    private static readonly UriCreationOptions AsItIs = new() { DangerousDisablePathAndQueryCanonicalization = true };

    /// <summary>
    /// The target as it was sent, escapes and all. Where it has dot segments, or is no path, what the server made of it: that is what
    /// was found to be the module's, and a backend shall not come to another end.
    /// </summary>
    public static Uri Of(string address, HttpContext http)
    {
        var raw = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        var target = IsPlain(raw) ? raw : http.Request.Path.ToUriComponent() + http.Request.QueryString.ToUriComponent();
        return new Uri(address.TrimEnd('/') + target, AsItIs);
    }

    private static bool IsPlain(string target)
    {
        var query = target.IndexOf('?', StringComparison.Ordinal);
        var path = target.AsSpan(0, query < 0 ? target.Length : query);
        return path.StartsWith('/') && !path.Contains("/.", StringComparison.Ordinal) && !path.Contains("%2e", StringComparison.OrdinalIgnoreCase)
            && !target.Contains('#', StringComparison.Ordinal);
    }
}

/// <summary>Which headers cross the gateway, and which ones it writes.</summary>
internal static class ForwardedHeaders
{
    private const string Company = "X-Company";
    private const string OwnPrefix = "X-Buildify-";
    private const string ForwardedPrefix = "X-Forwarded-";

    // RFC 9110, 7.6.1 and 10.1.4, and two that were never written down.
    private static readonly FrozenSet<string> OfOneConnection = new[]
    {
        HeaderNames.Connection, HeaderNames.KeepAlive, HeaderNames.ProxyConnection, HeaderNames.ProxyAuthenticate, HeaderNames.ProxyAuthorization,
        HeaderNames.TE, HeaderNames.Trailer, HeaderNames.TransferEncoding, HeaderNames.Upgrade, "HTTP2-Settings",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Written = new[]
    {
        HeaderNames.Host, HeaderNames.Authorization, HeaderNames.ContentLength, HeaderNames.Expect, HeaderNames.TraceParent, "Forwarded", "X-Real-IP",
        TenantChoice.Header, Company, CorrelationHeaders.CorrelationId,
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public static void Write(HttpContext http, HttpRequestMessage request, Forwarded forwarded)
    {
        var sent = http.Request.Headers;
        var connection = Names(sent.Connection);
        foreach (var (name, values) in sent)
        {
            if (OfOneConnection.Contains(name) || IsOurs(name) || IsNamed(connection, name)) continue;
            if (!request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values))
            {
                request.Content?.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)values);
            }
        }
        var headers = request.Headers;
        headers.TryAddWithoutValidation(HeaderNames.Authorization, "Bearer " + forwarded.Assertion);
        headers.TryAddWithoutValidation(TenantChoice.Header, forwarded.Tenant);
        if (forwarded.Company is not null) headers.TryAddWithoutValidation(Company, forwarded.Company);
        // Replaced, not added to: what a caller says here is not known to be true.
        if (http.Connection.RemoteIpAddress is { } ip) headers.TryAddWithoutValidation("X-Forwarded-For", (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString());
        headers.TryAddWithoutValidation("X-Forwarded-Proto", http.Request.Scheme);
        headers.TryAddWithoutValidation("X-Forwarded-Host", http.Request.Host.Value);
        headers.TryAddWithoutValidation(HeaderNames.TraceParent, CallContext.TraceParent);
        headers.TryAddWithoutValidation(CorrelationHeaders.CorrelationId, CallContext.CorrelationId);
        // Then the backend may refuse before the caller has sent anything.
        if (request.Content is not null && sent.Expect.Count > 0) headers.ExpectContinue = true;
    }

    public static void Read(HttpResponseMessage response, HttpResponse answer)
    {
        var connection = Names(response.Headers.TryGetValues(HeaderNames.Connection, out var named) ? named : []);
        foreach (var (name, values) in response.Headers.NonValidated) Add(name, [.. values]);
        foreach (var (name, values) in response.Content.Headers.NonValidated) Add(name, [.. values]);

        void Add(string name, string[] values)
        {
            if (OfOneConnection.Contains(name) || IsNamed(connection, name)) return;
            if (name.Equals(HeaderNames.TraceParent, StringComparison.OrdinalIgnoreCase) || name.Equals(CorrelationHeaders.CorrelationId, StringComparison.OrdinalIgnoreCase)) return;
            if (answer.StatusCode == StatusCodes.Status204NoContent && name.Equals(HeaderNames.ContentLength, StringComparison.OrdinalIgnoreCase)) return;
            answer.Headers[name] = values;
        }
    }

    public static void ReadTrailers(HttpResponseMessage response, HttpResponse answer)
    {
        if (!answer.SupportsTrailers()) return;
        foreach (var (name, values) in response.TrailingHeaders) answer.AppendTrailer(name, values.ToArray());
    }

    // Some servers read X_Tenant as X-Tenant (RFC 3875, 4.1.18): whoever says it so says it.
    private static bool IsOurs(string name)
    {
        if (name.Contains('_', StringComparison.Ordinal)) name = name.Replace('_', '-');
        return Written.Contains(name) || name.StartsWith(OwnPrefix, StringComparison.OrdinalIgnoreCase)
            || name.StartsWith(ForwardedPrefix, StringComparison.OrdinalIgnoreCase) || name.StartsWith(':');
    }

    private static bool IsNamed(string[] connection, string name) => connection.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string[] Names(IEnumerable<string?> connection) =>
        [.. connection.SelectMany(line => line?.Split(',', StringSplitOptions.TrimEntries) ?? [])];
}
