using System.Buffers;
using System.Text.Json;

namespace Buildify.Gateway.Answers;

/// <summary>Writes a JSON body in one go, with its length, instead of in chunks.</summary>
internal static class JsonBytes
{
    // A buffer that one large answer grew is given up rather than kept for good.
    private const int LargestKeptBytes = 256 * 1024;

    private static readonly JsonWriterOptions Options = new()
    {
        Encoder = BuildifyJson.Options.Encoder,
        // What writes here is ours, and tested.
        SkipValidation = true,
    };

    [ThreadStatic] private static ArrayBufferWriter<byte>? _kept;

    public static Task Send<T>(HttpResponse response, T value, Action<Utf8JsonWriter, T> write)
    {
        var buffer = _kept ?? new ArrayBufferWriter<byte>(4096);
        // Another answer may be written on this thread before this one is sent.
        _kept = null;
        using (var json = new Utf8JsonWriter(buffer, Options)) write(json, value);
        response.ContentLength = buffer.WrittenCount;
        // Not with the request's token: that of a request that took too long is cancelled, and just then this is to say so. Where
        // the caller has hung up, Kestrel drops what is written.
        var sending = response.Body.WriteAsync(buffer.WrittenMemory, CancellationToken.None);
        if (!sending.IsCompletedSuccessfully) return Finish(sending, buffer);
        Keep(buffer);
        return Task.CompletedTask;
    }

    private static async Task Finish(ValueTask sending, ArrayBufferWriter<byte> buffer)
    {
        await sending;
        Keep(buffer);
    }

    private static void Keep(ArrayBufferWriter<byte> buffer)
    {
        if (buffer.Capacity > LargestKeptBytes) return;
        buffer.ResetWrittenCount();
        _kept = buffer;
    }
}
