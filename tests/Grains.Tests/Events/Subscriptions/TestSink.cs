using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Buildify.Events.Subscriptions;

/// <summary>A receiver that does with each event what the test says, in order within a key.</summary>
internal sealed class TestSink : IWebHookSink
{
    private static readonly Task<Delivery> Yes = Task.FromResult(new Delivery(DeliveryEnd.Delivered));

    /// <summary>By the event and the number of the attempt. By default it is delivered.</summary>
    public Func<LoggedEvent, int, Task<Delivery>> Receive { get; set; } = (_, _) => Yes;

    /// <summary>What was delivered, in order.</summary>
    public ConcurrentQueue<LoggedEvent> Delivered { get; } = new();

    /// <summary>Every attempt.</summary>
    public ConcurrentQueue<(LoggedEvent Event, int Attempt)> Tried { get; } = new();

    public ConcurrentQueue<SinkTarget> Targets { get; } = new();

    public static Delivery Failed(string error = "no") => new(DeliveryEnd.Failed, error);

    public long[] Positions(string key = "") => [.. Delivered.Where(one => one.Key == key).Select(one => one.Position)];

    public async Task<SinkResult> Deliver(SinkTarget target, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts, CancellationToken cancellation)
    {
        Targets.Enqueue(target);
        var ends = new Delivery[events.Length];
        var keys = events.Select((one, index) => (one, index)).GroupBy(one => one.one.Key).Select(async key =>
        {
            var isLeft = false;
            foreach (var (one, index) in key)
            {
                if (isLeft)
                {
                    ends[index] = new Delivery(DeliveryEnd.Left);
                    continue;
                }
                Tried.Enqueue((one, attempts[index]));
                ends[index] = await Receive(one, attempts[index]);
                if (ends[index].End == DeliveryEnd.Delivered) Delivered.Enqueue(one);
                else isLeft = true;
            }
        });
        await Task.WhenAll(keys);
        return new SinkResult([.. ends], []);
    }

    public Task<string?> CheckUrl(string url, CancellationToken cancellation) =>
        Task.FromResult(url.StartsWith("https://", StringComparison.Ordinal) ? null : "must be https");
}
