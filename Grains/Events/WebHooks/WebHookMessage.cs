using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Buildify.Events.WebHooks;

/// <summary>The bytes of one attempt: <c>id.timestamp.body</c>, of which the whole is signed and the body is sent.</summary>
internal sealed class WebHookMessage
{
    // A buffer that one large event grew is given up rather than kept for good.
    private const int LargestKeptBytes = 64 * 1024;

    private static readonly JsonTypeInfo<LoggedEvent> Type = (JsonTypeInfo<LoggedEvent>)BuildifyJson.Options.GetTypeInfo(typeof(LoggedEvent));
    private static readonly JsonWriterOptions Json = new() { Encoder = BuildifyJson.Options.Encoder, SkipValidation = true };

    [ThreadStatic] private static WebHookMessage? _kept;

    private readonly ArrayBufferWriter<byte> _bytes = new(2048);
    private int _body;

    public string Timestamp { get; private set; } = "";

    public ReadOnlySpan<byte> Signed => _bytes.WrittenSpan;

    public ReadOnlyMemory<byte> Body => _bytes.WrittenMemory[_body..];

    /// <param name="at">Of the attempt; receivers refuse what is too old.</param>
    public static WebHookMessage Of(LoggedEvent @event, DateTimeOffset at)
    {
        var message = _kept ?? new WebHookMessage();
        _kept = null;
        message.Write(@event, at);
        return message;
    }

    /// <summary>Once nothing reads the bytes any more.</summary>
    public void Return()
    {
        if (_bytes.Capacity > LargestKeptBytes) return;
        _bytes.ResetWrittenCount();
        _kept = this;
    }

    private void Write(LoggedEvent @event, DateTimeOffset at)
    {
        Timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        // An event's id has no dot in it, and so there is one way to read this.
        Encoding.ASCII.GetBytes(@event.Id, _bytes);
        _bytes.Write("."u8);
        Encoding.ASCII.GetBytes(Timestamp, _bytes);
        _bytes.Write("."u8);
        _body = _bytes.WrittenCount;
        using var json = new Utf8JsonWriter(_bytes, Json);
        JsonSerializer.Serialize(json, @event, Type);
    }
}
