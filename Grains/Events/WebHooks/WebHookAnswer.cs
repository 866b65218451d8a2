using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Buildify.Events.WebHooks;

/// <summary>What is read of a receiver's answer.</summary>
internal static class WebHookAnswer
{
    /// <summary>More than this is not read: the connection is closed instead.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>Characters that are kept of it.</summary>
    public const int MaxKept = 1_024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>The start of the answer where it is text, without control characters; null where there is nothing to show.</summary>
    public static async Task<string?> ReadStart(HttpContent content, CancellationToken cancellation)
    {
        var most = (int)Math.Min(content.Headers.ContentLength ?? MaxBytes, MaxBytes);
        if (most == 0) return null;
        var buffer = ArrayPool<byte>.Shared.Rent(most);
        try
        {
            var length = await Read(content, buffer.AsMemory(0, most), cancellation);
            return length > 0 && IsText(content.Headers.ContentType?.MediaType) ? Show(buffer.AsSpan(0, length)) : null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>When the receiver wants to be tried again: in at most a day. Null where it does not say.</summary>
    public static TimeSpan? RetryAfter(HttpResponseMessage response, DateTimeOffset now)
    {
        if (response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)) return null;
        if (!response.Headers.NonValidated.TryGetValues("Retry-After", out var sent) || sent.Count != 1) return null;
        var text = sent.ToString().Trim();
        if (text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0)
        {
            return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds < LongestWait.TotalSeconds
                ? TimeSpan.FromSeconds(seconds)
                : LongestWait;
        }
        if (!RetryConditionHeaderValue.TryParse(text, out var parsed) || parsed.Date is not { } date) return null;
        var wait = date - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait < LongestWait ? wait : LongestWait;
    }

    private static async Task<int> Read(HttpContent content, Memory<byte> buffer, CancellationToken cancellation)
    {
        await using var body = await content.ReadAsStreamAsync(cancellation);
        return await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellation);
    }

    private static bool IsText(string? mediaType) => mediaType is null
        || mediaType.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("json", StringComparison.OrdinalIgnoreCase)
        || mediaType.EndsWith("xml", StringComparison.OrdinalIgnoreCase)
        || mediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        // No character of UTF-8 that is one here has more than three bytes.
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 3 * MaxKept)]);
        var length = Math.Min(text.Length, MaxKept);
        if (length < text.Length && char.IsHighSurrogate(text[length - 1])) length--;
        return string.Create(length, text, static (shown, text) =>
        {
            for (var index = 0; index < shown.Length; index++) shown[index] = char.IsControl(text[index]) ? ' ' : text[index];
        });
    }
}
