using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildify.Events;
using Buildify.Gateway.Problems;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;

namespace Buildify.Gateway.Events;

/// <summary>
/// Answers with Server-Sent Events (WHATWG HTML, 9.2) until the caller leaves, the process stops, or the token that it was opened with is
/// over; clients come back by themselves, with the last position that they have.
/// </summary>
internal sealed partial class EventStream(EventTail tail, IDisposable seat, IHostApplicationLifetime lifetime, TimeProvider time, ILogger<EventStream> log)
    : IResult
{
    /// <summary>Events that are read at a time.</summary>
    public const int Batch = 200;

    // Proxies close what is silent; a minute is the shortest that is common.
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private static readonly JsonTypeInfo<LoggedEvent> Type = (JsonTypeInfo<LoggedEvent>)BuildifyJson.Options.GetTypeInfo(typeof(LoggedEvent));
    private static readonly JsonWriterOptions Json = new() { Encoder = BuildifyJson.Options.Encoder, SkipValidation = true };

    public async Task ExecuteAsync(HttpContext http)
    {
        using var open = seat;
        var response = http.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // What gathers an answer before it passes it on (nginx) would keep events back.
        response.Headers["X-Accel-Buffering"] = "no";
        if (http.Features.Get<AskedByHead>() is not null) return;

        http.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        using var over = new CancellationTokenSource(await Lifetime(http), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, lifetime.ApplicationStopping, over.Token);
        try
        {
            await Write(response, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // As it ends always.
        }
        catch (Exception error) when (response.HasStarted && ProblemOfException.IsAway(error))
        {
            Log.Ended(log, error.GetType().Name, error.Message);
        }
    }

    private async Task Write(HttpResponse response, CancellationToken end)
    {
        var buffer = new ArrayBufferWriter<byte>(8192);
        var written = time.GetTimestamp();
        buffer.Write("retry: 2000\n\n"u8);
        while (true)
        {
            if (buffer.WrittenCount > 0)
            {
                await response.Body.WriteAsync(buffer.WrittenMemory, end);
                await response.Body.FlushAsync(end);
                buffer.ResetWrittenCount();
                written = time.GetTimestamp();
            }
            var left = Silence - time.GetElapsedTime(written);
            if (left <= TimeSpan.Zero) buffer.Write(":\n\n"u8);
            else foreach (var @event in await tail.Next(left, end)) Write(buffer, @event);
        }
    }

    private static void Write(ArrayBufferWriter<byte> buffer, LoggedEvent @event)
    {
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"id: {@event.Position}\nevent: {@event.EventType}\ndata: "), buffer);
        // A line's end in a payload would end the data.
        if (@event.Payload.Text.AsSpan().ContainsAny('\n', '\r')) @event = @event with { Payload = JsonText.From(@event.Payload.Text) };
        using (var json = new Utf8JsonWriter(buffer, Json)) JsonSerializer.Serialize(json, @event, Type);
        buffer.Write("\n\n"u8);
    }

    private async ValueTask<TimeSpan> Lifetime(HttpContext http)
    {
        // Remembered by now: no second check of the signature.
        var until = (await http.AuthenticateAsync()).Properties?.ExpiresUtc;
        var left = until - time.GetUtcNow() ?? TimeSpan.FromDays(1);
        return left > TimeSpan.Zero ? left < TimeSpan.FromDays(1) ? left : TimeSpan.FromDays(1) : TimeSpan.Zero;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "An event stream ended early: {Type}: {Reason}")]
        public static partial void Ended(ILogger logger, string type, string reason);
    }
}
