using System.Diagnostics;

namespace Buildify.Bench;

/// <summary>Closed loops: as many callers, and no call of one before its last is answered.</summary>
internal static class Callers
{
    /// <summary>Calls a second, of callers that each send the next call when the last is answered.</summary>
    /// <param name="callsOfOne">How many calls one <paramref name="call"/> is.</param>
    public static async Task<double> Rate(BenchOptions options, int callers, int callsOfOne, Func<int, int, Task> call)
    {
        var window = new Window();
        var running = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            var counted = 0L;
            for (var turn = 0; !window.IsOver; turn++)
            {
                await call(caller, turn);
                if (window.Counts) counted += callsOfOne;
            }
            return counted;
        })).ToArray();
        using var self = Process.GetCurrentProcess();
        var seconds = 0.0;
        var clock = new Thread(() => (seconds, _) = window.Pass(options.Warmup, options.Length, self));
        clock.Start();
        var calls = (await Task.WhenAll(running)).Sum();
        clock.Join();
        return calls / seconds;
    }
}
