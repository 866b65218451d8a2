using System.Collections.Immutable;

namespace Buildify.Events.Subscriptions;

/// <summary>Where a subscription's events go: a module's handler, or a web hook.</summary>
internal interface IEventSink
{
    /// <summary>
    /// Delivers events of one subscription: in order within a key (<see cref="LoggedEvent.Key"/>), the keys side by side. After one that
    /// failed the rest of its key is <see cref="DeliveryEnd.Left"/>. It never throws for what a receiver does; what it throws is taken for a
    /// failure of the platform, and the same events come again.
    /// </summary>
    /// <param name="events">As they are in the log: personal fields are revealed by the sink.</param>
    /// <param name="attempts">In the order of the events: the number of this attempt, from 1.</param>
    Task<SinkResult> Deliver(SinkTarget target, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts, CancellationToken cancellation);
}

/// <summary>The sink of web hooks.</summary>
internal interface IWebHookSink : IEventSink
{
    /// <summary>What is wrong with a callback's address, as the message of a field; null where it may be used.</summary>
    Task<string?> CheckUrl(string url, CancellationToken cancellation);
}

/// <summary>To whom.</summary>
/// <param name="Subscription">Its id; of a handler also its name, as <c>financial.open-accounts</c>.</param>
/// <param name="Module">Null for a web hook.</param>
/// <param name="CallbackUrl">Null for a handler.</param>
/// <param name="Secrets">As <c>whsec_…</c>: those that sign now, the newest first; two during a rotation. Empty for a handler.</param>
internal sealed record SinkTarget(string Tenant, string Subscription, string? Module, string? CallbackUrl, ImmutableArray<string> Secrets);

/// <summary>What became of the events.</summary>
/// <param name="Ends">In their order.</param>
/// <param name="Attempts">What there is to be written down of each try; none for a handler.</param>
internal sealed record SinkResult(ImmutableArray<Delivery> Ends, ImmutableArray<DeliveryAttempt> Attempts);
