using System.Text;

namespace Buildify.Bench.Http;

/// <summary>What the figures over HTTP share: their requests, the process that sends them, and how they are told.</summary>
internal static class HttpLoad
{
    /// <param name="headers">Whole lines, each with its end.</param>
    public static string Request(string method, string path, string headers = "", string? body = null) =>
        $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
        + (body is null ? "\r\n" : $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    /// <summary>One run.</summary>
    /// <exception cref="InvalidOperationException">An answer was not good.</exception>
    public static async Task<LoadAnswer> Run(BenchOptions options, int port, int process, int connections, string[] requests)
    {
        var order = new LoadOrder(port, process, connections, requests, options.Warmup, options.Length);
        var answer = await Child.Do<LoadOrder, LoadAnswer>(Child.Load, order);
        return answer.Failure is null ? answer : throw new InvalidOperationException(answer.Failure);
    }

    public static void AddBoth(Pair<LoadAnswer> pair, string name, string reference, string done)
    {
        Report.Add(pair.ToFigure(name, "requests/s", answer => answer.PerSecond, reference, done));
        // Says the same where something else takes the cores, which requests a second do not.
        Report.Add(pair.ToFigure(name + ".cpu", "µs of the server's processor time a request", answer => answer.CpuMicroseconds, reference, done));
    }
}
