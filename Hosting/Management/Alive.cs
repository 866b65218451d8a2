using System.Buffers.Text;
using Microsoft.AspNetCore.Http;

namespace Buildify.Hosting.Management;

/// <summary>
/// Says that the process runs, and nothing else: it touches neither the cluster nor the database, so that an outage of those makes
/// no orchestrator restart what is well.
/// </summary>
internal static class Alive
{
    public const string Path = "/alive";
    private const int TimeLength = 28;

    private static ReadOnlySpan<byte> Start => "{\"status\":\""u8;
    private static ReadOnlySpan<byte> Middle => "\",\"ts\":\""u8;
    private static ReadOnlySpan<byte> End => "\"}"u8;

    /// <param name="word">The status in the answer, in plain letters.</param>
    public static Task Write(HttpResponse response, TimeProvider time, ReadOnlySpan<byte> word)
    {
        var length = Start.Length + word.Length + Middle.Length + TimeLength + End.Length;
        response.ContentType = "application/json";
        response.ContentLength = length;
        var at = response.BodyWriter.GetSpan(length);
        Start.CopyTo(at);
        word.CopyTo(at = at[Start.Length..]);
        Middle.CopyTo(at = at[word.Length..]);
        Utf8Formatter.TryFormat(time.GetUtcNow().UtcDateTime, at = at[Middle.Length..], out _, 'O');
        End.CopyTo(at[TimeLength..]);
        response.BodyWriter.Advance(length);
        return Task.CompletedTask;
    }
}
