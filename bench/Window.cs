using System.Diagnostics;

namespace Buildify.Bench;

/// <summary>
/// The time in which work counts, after a warm-up. Kept on a thread of its own: loops that are always busy starve the thread pool,
/// and with it every timer.
/// </summary>
internal sealed class Window
{
    private static readonly ManualResetEventSlim Never = new();

    private volatile bool _counts;
    private volatile bool _isOver;

    /// <summary>Whether what is done now belongs to the run.</summary>
    public bool Counts => _counts;

    public bool IsOver => _isOver;

    /// <summary>Blocks the caller until it is over.</summary>
    /// <returns>How long it really was, in seconds, and the processor time that the process took in it.</returns>
    public (double Seconds, TimeSpan Cpu) Pass(TimeSpan warmup, TimeSpan length, Process measured)
    {
        Never.Wait(warmup);
        var cpu = Cpu(measured);
        var start = Stopwatch.GetTimestamp();
        _counts = true;
        Never.Wait(length);
        _counts = false;
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        cpu = Cpu(measured) - cpu;
        _isOver = true;
        return (seconds, cpu);
    }

    private static TimeSpan Cpu(Process process)
    {
        process.Refresh();
        return process.TotalProcessorTime;
    }
}
