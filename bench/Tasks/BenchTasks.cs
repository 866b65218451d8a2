using System.Collections.Concurrent;
using System.Diagnostics;
using Buildify.Operations;
using Buildify.Tasks;

namespace Buildify.Bench.Tasks;

/// <summary>Nothing to do.</summary>
/// <param name="Text">What makes the payload larger; null for none.</param>
[TaskType(Noop.Name, Queue = Noop.QueueName, External = true)]
internal sealed record Noop([property: System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)] string? Text = null)
    : ITask<Unit>
{
    public const string Name = "bench.noop";
    public const string QueueName = "bench";
}

/// <summary>Tells how long it was on its way.</summary>
/// <param name="SentAt">By <see cref="Stopwatch"/>, which is one clock for this process.</param>
[TaskType("bench.stamp", Queue = Noop.QueueName)]
internal sealed record Stamp(long SentAt) : ITask<Unit>;

internal sealed class NoopHandler : ITaskHandler<Noop, Unit>
{
    private static readonly Task<Unit> Done = Task.FromResult(Unit.Value);

    public Task<Unit> Handle(Noop task, TaskContext context)
    {
        Starts.Add();
        return Done;
    }
}

internal sealed class StampHandler : ITaskHandler<Stamp, Unit>
{
    public Task<Unit> Handle(Stamp task, TaskContext context)
    {
        Starts.Took(Stopwatch.GetElapsedTime(task.SentAt));
        return Task.FromResult(Unit.Value);
    }
}

/// <summary>What the handlers of this process have seen since it was last cleared.</summary>
internal static class Starts
{
    private static readonly ConcurrentQueue<double> Milliseconds = new();
    private static long _count;
    private static long _first;

    /// <summary>How many handlers were called.</summary>
    public static long Count => Interlocked.Read(ref _count);

    /// <summary>When the first of them was, by <see cref="Stopwatch"/>.</summary>
    public static long First => Interlocked.Read(ref _first);

    /// <summary>From the call of Enqueue to the handler.</summary>
    public static double[] Latencies => [.. Milliseconds];

    public static void Clear()
    {
        Interlocked.Exchange(ref _count, 0);
        Milliseconds.Clear();
    }

    public static void Add()
    {
        if (Interlocked.Increment(ref _count) == 1) Interlocked.Exchange(ref _first, Stopwatch.GetTimestamp());
    }

    public static void Took(TimeSpan time)
    {
        Milliseconds.Enqueue(time.TotalMilliseconds);
        Add();
    }
}
