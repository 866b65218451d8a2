using System.Collections.Immutable;
using Buildify.Events.Subscriptions;

namespace Buildify.Events.WebHooks;

/// <summary>Personal fields as who may read an event gets them.</summary>
internal delegate ValueTask<ImmutableArray<LoggedEvent>> RevealPersonalFields(IReadOnlyList<LoggedEvent> events);

/// <summary>Delivers events to a receiver over HTTP.</summary>
internal sealed class WebHookSink(WebHookSender sender, WebHookConnections connections, RevealPersonalFields reveal) : IWebHookSink
{
    /// <summary>Keys of one subscription that are delivered side by side.</summary>
    private const int KeysAtOnce = 8;

    public Task<string?> CheckUrl(string url, CancellationToken cancellation) => connections.Check(url, cancellation);

    // Off the grain's own scheduler: a delivery is many small steps, of which none touches the grain.
    public Task<SinkResult> Deliver(SinkTarget target, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts, CancellationToken cancellation) =>
        Task.Run(() => DeliverAll(target, events, attempts, cancellation), CancellationToken.None);

    private async Task<SinkResult> DeliverAll(
        SinkTarget target, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts, CancellationToken cancellation)
    {
        var batch = new Batch(new Uri(target.CallbackUrl!), target.Secrets, await reveal(events), attempts);
        var keys = Enumerable.Range(0, events.Length).GroupBy(index => events[index].Key, StringComparer.Ordinal).Select(key => key.ToArray()).ToList();
        if (keys is [var only]) await DeliverKey(batch, only, cancellation);
        else await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = KeysAtOnce }, async (key, _) => await DeliverKey(batch, key, cancellation));
        return new SinkResult([.. batch.Ends], [.. batch.Records.OfType<DeliveryAttempt>()]);
    }

    private async Task DeliverKey(Batch batch, int[] key, CancellationToken cancellation)
    {
        foreach (var index in key)
        {
            if (batch.IsOver || cancellation.IsCancellationRequested) return;
            if (await sender.Send(batch.Uri, batch.Secrets, batch.Events[index], batch.Attempts[index], cancellation) is not { } attempt) return;
            (batch.Ends[index], batch.Records[index]) = (attempt.Delivery, attempt.Record);
            if (attempt.Delivery.End == DeliveryEnd.Gone) batch.IsOver = true;
            if (attempt.Delivery.End != DeliveryEnd.Delivered) return;
        }
    }

    private sealed class Batch(Uri uri, ImmutableArray<string> secrets, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts)
    {
        private volatile bool _isOver;

        public Uri Uri => uri;

        public ImmutableArray<string> Secrets => secrets;

        public ImmutableArray<LoggedEvent> Events => events;

        public ImmutableArray<int> Attempts => attempts;

        /// <summary>What is not tried is left.</summary>
        public Delivery[] Ends { get; } = [.. Enumerable.Repeat(new Delivery(DeliveryEnd.Left), events.Length)];

        public DeliveryAttempt?[] Records { get; } = new DeliveryAttempt?[events.Length];

        /// <summary>The receiver wants nothing more.</summary>
        public bool IsOver
        {
            get => _isOver;
            set => _isOver = value;
        }
    }
}
