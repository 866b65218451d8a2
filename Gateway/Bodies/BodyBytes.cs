using System.Buffers;
using System.IO.Pipelines;
using System.Text.Unicode;
using Buildify.Gateway.Problems;

namespace Buildify.Gateway.Bodies;

/// <summary>Reads a request's body once, whole, with a bound.</summary>
internal static class BodyBytes
{
    /// <summary>The bytes, which are valid UTF-8 and not empty; or why not.</summary>
    public static async ValueTask<(byte[] Bytes, Problem? Refusal)> Read(HttpContext http, int limit)
    {
        if (!IsJson(http.Request.ContentType)) return ([], Problem.OfStatus(StatusCodes.Status415UnsupportedMediaType));
        if (http.Request.ContentLength > limit) return ([], TooLarge(limit));

        try
        {
            var bytes = await ReadAll(http.Request.BodyReader, limit, http.RequestAborted);
            if (bytes is null) return ([], TooLarge(limit));
            if (bytes.Length == 0) return ([], Problem.Of(ProblemCodes.Malformed, "The body is empty; send a JSON object."));
            return Utf8.IsValid(bytes) ? (bytes, null) : ([], Problem.Of(ProblemCodes.Malformed, "The body is not valid UTF-8."));
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return ([], TooLarge(limit));
        }
    }

    // Null where there is more than the limit. What was sent in chunks has no length to be refused by beforehand.
    private static async ValueTask<byte[]?> ReadAll(PipeReader reader, int limit, CancellationToken cancellation)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var buffer = read.Buffer;
            if (buffer.Length > limit) return null;
            if (read.IsCompleted)
            {
                var bytes = buffer.ToArray();
                reader.AdvanceTo(buffer.End);
                return bytes;
            }
            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static bool IsJson(string? contentType)
    {
        if (contentType is "application/json") return true;
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(contentType, out var type)) return false;
        return type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && (!type.Charset.HasValue || type.Charset.AsSpan().Trim('"').Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }

    private static Problem TooLarge(int limit) => Problem.Of(ProblemCodes.TooLarge, $"The body is larger than {limit} bytes.");
}
