using System.Diagnostics;

namespace Buildify.Bench;

/// <summary>Load that keeps its times, whatever is answered.</summary>
internal static class Pace
{
    /// <summary>Begins one after the other at its time; one that is late does not put off the next.</summary>
    public static async Task Keep(TimeSpan between, int count, Func<int, Task> begin)
    {
        var start = Stopwatch.GetTimestamp();
        for (var number = 0; number < count; number++)
        {
            if (between * number - Stopwatch.GetElapsedTime(start) is { Ticks: > 0 } early) await Task.Delay(early, TimeProvider.System);
            await begin(number);
        }
    }

    public static double Percentile(double[] times, double share)
    {
        var sorted = times.Order().ToArray();
        return sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * share))];
    }
}
