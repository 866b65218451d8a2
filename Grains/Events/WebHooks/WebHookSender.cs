using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Buildify.Events.WebHooks;

/// <summary>Makes one attempt to deliver one event (Standard Webhooks 1.0.0).</summary>
internal sealed class WebHookSender(WebHookOptions options, WebHookConnections connections, WebHookMetrics metrics, TimeProvider time) : IDisposable
{
    private const string UserAgent = "Buildify-WebHooks/1.0";

    private static readonly MediaTypeHeaderValue JsonType = new("application/json");

    private readonly TimeSpan _limit = TimeSpan.FromSeconds(options.TimeoutSeconds);
    private readonly HostGates _gates = new(options.ConnectionsPerHost, options.Concurrency);

    /// <param name="secrets">Each signs.</param>
    /// <param name="stopping">Nothing more is to be begun, and what runs is to end.</param>
    /// <returns>Null where it was stopped: then nobody knows whether the event arrived.</returns>
    public async Task<WebHookAttempt?> Send(Uri uri, ImmutableArray<string> secrets, LoggedEvent @event, int number, CancellationToken stopping)
    {
        try
        {
            using var pass = await _gates.Enter(uri, stopping);
            var (at, start) = (time.GetUtcNow(), time.GetTimestamp());
            var answer = await Try(uri, secrets, @event, at, stopping);
            var duration = time.GetElapsedTime(start);
            metrics.Tell(answer.Outcome, duration);
            return new WebHookAttempt(
                new Delivery(answer.End, answer.Error) { RetryAfter = answer.RetryAfter },
                new DeliveryAttempt(@event.Id, @event.EventType, number, at, answer.Status, (int)duration.TotalMilliseconds, answer.Start, answer.Error));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return null;
        }
    }

    public void Dispose() => _gates.Dispose();

    private async Task<Answer> Try(Uri uri, ImmutableArray<string> secrets, LoggedEvent @event, DateTimeOffset at, CancellationToken stopping)
    {
        using var limit = new CancellationTokenSource(_limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, stopping);
        int? status = null;
        try
        {
            var message = WebHookMessage.Of(@event, at);
            using var request = Request(uri, secrets, @event, message);
            using var response = await connections.Send(request, either.Token);
            status = (int)response.StatusCode;
            var start = await WebHookAnswer.ReadStart(response.Content, either.Token);
            // Only here: what was broken off may still be read by the connection.
            message.Return();
            return Judge(response, start);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new Answer(DeliveryEnd.Failed, "timeout", status) { Error = $"took more than {options.TimeoutSeconds} s" };
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            return Explain(error, status);
        }
    }

    private static HttpRequestMessage Request(Uri uri, ImmutableArray<string> secrets, LoggedEvent @event, WebHookMessage message)
    {
        var content = new ReadOnlyMemoryContent(message.Body);
        content.Headers.ContentType = JsonType;
        var request = new HttpRequestMessage(HttpMethod.Post, uri) { Content = content };
        request.Headers.TryAddWithoutValidation("webhook-id", @event.Id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", message.Timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", WebHookSignature.Sign(secrets, message.Signed));
        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        if (FitsHeader(@event.CorrelationId)) request.Headers.TryAddWithoutValidation("X-Correlation-ID", @event.CorrelationId);
        if (FitsHeader(@event.TraceParent)) request.Headers.TryAddWithoutValidation("traceparent", @event.TraceParent);
        return request;
    }

    // What a foreign program put into the log may be anything.
    private static bool FitsHeader(string? value) => value is { Length: > 0 and <= 255 } && value.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0;

    private Answer Judge(HttpResponseMessage response, string? start)
    {
        var status = (int)response.StatusCode;
        return response.StatusCode switch
        {
            _ when response.IsSuccessStatusCode => new Answer(DeliveryEnd.Delivered, "delivered", status) { Start = start },
            HttpStatusCode.Gone => new Answer(DeliveryEnd.Gone, "gone", status) { Start = start, Error = "answered 410: it wants nothing more" },
            _ => new Answer(DeliveryEnd.Failed, "failed", status)
            {
                Start = start,
                Error = status is >= 300 and < 400 ? $"answered {status}; redirects are not followed" : $"answered {status}",
                RetryAfter = WebHookAnswer.RetryAfter(response, time.GetUtcNow()),
            },
        };
    }

    private static Answer Explain(Exception error, int? status)
    {
        for (var inner = error; inner is not null; inner = inner.InnerException)
        {
            switch (inner)
            {
                case WebHookRefusedException:
                    return new Answer(DeliveryEnd.Failed, "refused", status) { Error = inner.Message };
                case AuthenticationException:
                    return new Answer(DeliveryEnd.Failed, "unreachable", status) { Error = Shorten("TLS failed: " + inner.Message) };
                case SocketException socket:
                    return new Answer(DeliveryEnd.Failed, "unreachable", status) { Error = $"could not be reached: {socket.SocketErrorCode}" };
            }
        }
        return new Answer(DeliveryEnd.Failed, "unreachable", status) { Error = Shorten(error.Message) };
    }

    private static string Shorten(string text) => text.Length <= 500 ? text : text[..500];

    private sealed record Answer(DeliveryEnd End, string Outcome, int? Status)
    {
        public string? Start { get; init; }
        public string? Error { get; init; }
        public TimeSpan? RetryAfter { get; init; }
    }
}

/// <summary>One attempt: what it means for the event, and what is written down of it.</summary>
internal sealed record WebHookAttempt(Delivery Delivery, DeliveryAttempt Record);
