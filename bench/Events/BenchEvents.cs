using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Serialization;
using Buildify.Events;

namespace Buildify.Bench.Events;

/// <param name="Text">What makes the payload larger; null for none.</param>
[EventType(Happened.Name)]
internal sealed record Happened(int Number, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Text = null) : IEvent
{
    public const string Name = "shelf.thing.happened";
}

/// <summary>Tells how long it was on its way.</summary>
/// <param name="SentAt">By <see cref="Stopwatch"/>, which is one clock for this process.</param>
[EventType("shelf.stamp.sent")]
internal sealed record Stamped(long SentAt) : IEvent;

internal sealed class HappenedHandler : IEventHandler<Happened>
{
    public Task Handle(Happened @event, EventContext context)
    {
        Received.Add();
        return Task.CompletedTask;
    }
}

internal sealed class StampedHandler : IEventHandler<Stamped>
{
    public Task Handle(Stamped @event, EventContext context)
    {
        Received.Took(Stopwatch.GetElapsedTime(@event.SentAt));
        return Task.CompletedTask;
    }
}

/// <summary>What the handlers of this process have seen since it was last cleared.</summary>
internal static class Received
{
    /// <summary>What takes longer than this is stuck.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private static readonly ConcurrentQueue<double> Milliseconds = new();
    private static long _count;

    public static long Count => Interlocked.Read(ref _count);

    /// <summary>From the call of Publish to the handler, in the order of their starts.</summary>
    public static double[] Latencies => [.. Milliseconds];

    public static void Clear()
    {
        Interlocked.Exchange(ref _count, 0);
        Milliseconds.Clear();
    }

    public static void Add() => Interlocked.Increment(ref _count);

    public static void Took(TimeSpan time)
    {
        Milliseconds.Enqueue(time.TotalMilliseconds);
        Add();
    }

    /// <summary>Returns when that many were handled.</summary>
    public static async Task All(long count)
    {
        var start = Stopwatch.GetTimestamp();
        while (Count < count)
        {
            if (Stopwatch.GetElapsedTime(start) > Limit) throw new TimeoutException($"{Count} of {count} events were handled within {Limit}.");
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }
}
