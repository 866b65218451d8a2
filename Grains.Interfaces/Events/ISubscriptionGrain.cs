using System.Collections.Immutable;
using Buildify.Idempotency;

namespace Buildify.Events;

/// <summary>
/// One subscription of a tenant (<see cref="GrainKeys.Subscription"/>): a module's handler, or a web hook. It keeps its place in the log,
/// delivers in order within each ordering key, and holds up nobody but itself.
/// </summary>
[Alias("buildify.event-subscription")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>Makes a web hook, which gets what is written from now on.</summary>
    [Alias("Create")]
    Task<Outcome<CreatedSubscription>> Create(NewSubscription subscription, Caller caller, IdempotencyStamp? stamp);

    [Alias("Get")]
    Task<Outcome<SubscriptionView>> Get();

    /// <summary>A module's handler is what its module says: only its state can be changed.</summary>
    [Alias("Change")]
    Task<Outcome<SubscriptionView>> Change(SubscriptionChange change, Caller caller);

    [Alias("Delete")]
    Task<Outcome<SubscriptionView>> Delete(Caller caller);

    /// <summary>Nothing more is delivered; the place in the log stays.</summary>
    [Alias("Pause")]
    Task<Outcome<SubscriptionView>> Pause(Caller caller);

    /// <summary>Goes on from its place; also where it was disabled.</summary>
    [Alias("Resume")]
    Task<Outcome<SubscriptionView>> Resume(Caller caller);

    /// <summary>Parks what is failing now, so that its keys go on.</summary>
    /// <param name="eventId">Only this one; null for every event that fails at the moment.</param>
    [Alias("Skip")]
    Task<Outcome<SubscriptionCount>> Skip(string? eventId, Caller caller);

    /// <summary>Delivers again from a place.</summary>
    [Alias("Replay")]
    Task<Outcome<SubscriptionView>> Replay(ReplayRequest request, Caller caller);

    /// <summary>A new secret; the one before signs beside it for a day.</summary>
    [Alias("RotateSecret")]
    Task<Outcome<CreatedSubscription>> RotateSecret(Caller caller);

    /// <summary>Sends an example event now, once, whatever waits.</summary>
    /// <param name="eventType">One that the pattern matches; null for one to be chosen.</param>
    [Alias("Example")]
    Task<Outcome<DeliveryAttempt>> Example(string? eventType, Caller caller);

    /// <summary>The newest first.</summary>
    [Alias("Attempts")]
    Task<Outcome<Page<DeliveryAttempt>>> Attempts(PageRequest page);

    /// <summary>In the order of the log.</summary>
    [Alias("DeadLetters")]
    Task<Outcome<Page<DeadLetter>>> DeadLetters(PageRequest page);

    /// <param name="eventId">Only this one; null for all.</param>
    [Alias("Redeliver")]
    Task<Outcome<SubscriptionCount>> Redeliver(string? eventId, Caller caller);

    /// <summary>The router has events that match, or thinks that some wait.</summary>
    /// <returns>At once; where others follow when the receiver has had them, and at most after a twentieth of a second.</returns>
    [Alias("Offer")]
    Task Offer(EventOffer offer);
}

/// <param name="After">Between here and the first event there is none that matches: who has delivered up to here need not read the log.</param>
/// <param name="UpTo">Up to here there are no more than these.</param>
/// <param name="Events">Those that match, in order. Who is behind <paramref name="After"/> reads the log itself.</param>
[GenerateSerializer, Immutable, Alias("buildify.event-offer")]
public sealed record EventOffer([property: Id(0)] long After, [property: Id(1)] long UpTo, [property: Id(2)] ImmutableArray<LoggedEvent> Events)
{
    /// <summary>The module was off, and what is up to <see cref="UpTo"/> is not wanted.</summary>
    [Id(3)] public bool Jumps { get; init; }

    /// <summary>Less urgent subscriptions get these events behind this one's answer.</summary>
    [Id(4)] public bool HasFollowers { get; init; }
}

/// <summary>Who of a tenant gets which events (key: the tenant's): the implicit subscriber of the tenant's stream.</summary>
[Alias("buildify.event-router")]
public interface IEventRouterGrain : IGrainWithStringKey
{
    /// <summary>A subscription was made, changed, resumed or deleted; answers when the next event is routed by it.</summary>
    [Alias("SubscriptionsChanged")]
    Task SubscriptionsChanged();

    /// <summary>What the tenant's stream brings: the next events, in order. What was routed before is passed over.</summary>
    [Alias("Route")]
    Task Route(ImmutableArray<LoggedEvent> events);

    /// <summary>Some subscription may be behind, or have something to try again: wakes it.</summary>
    [Alias("Wake")]
    Task Wake();

    /// <summary>Web hooks and the handlers of modules that are on, by id.</summary>
    [Alias("List")]
    Task<Outcome<Page<SubscriptionView>>> List(PageRequest page);
}

/// <summary>Runs the handlers of one module, on a silo that has its code (key: the tenant's).</summary>
[Alias("buildify.event-handlers")]
public interface IEventHandlersGrain : IGrainWithStringKey
{
    /// <summary>
    /// Calls a handler for each event: in order within a key, the keys side by side. After one that failed the rest of its key is left.
    /// </summary>
    /// <param name="subscription">The subscription's name, as <c>financial.open-accounts</c>.</param>
    /// <param name="attempts">In the order of the events: the number of this attempt, from 1.</param>
    /// <returns>In the order of the events.</returns>
    [Alias("Handle"), ResponseTimeout("00:20:00")]
    Task<ImmutableArray<Delivery>> Handle(string subscription, ImmutableArray<LoggedEvent> events, ImmutableArray<int> attempts);
}

/// <summary>What became of one event.</summary>
[GenerateSerializer, Immutable, Alias("buildify.delivery")]
public readonly record struct Delivery([property: Id(0)] DeliveryEnd End, [property: Id(1)] string? Error = null)
{
    /// <summary>Not to be tried again before; null for the subscription's own back-off.</summary>
    [Id(2)] public TimeSpan? RetryAfter { get; init; }
}

public enum DeliveryEnd
{
    Delivered,
    Failed,

    /// <summary>There is no use in trying again.</summary>
    FailedForGood,

    /// <summary>It was not tried: one of its key before it failed, or the receiver is going away.</summary>
    Left,

    /// <summary>The receiver wants nothing more at all (410 Gone): the subscription ends.</summary>
    Gone,
}

public enum SubscriptionState
{
    Active,
    Paused,
    Disabled,
}

public static class SubscriptionRules
{
    public const int MaxNameLength = 100;
    public const int MaxUrlLength = 2_000;

    /// <summary>Web hooks a tenant may have.</summary>
    public const int MaxSubscriptions = 1_000;
}

/// <param name="CallbackUrl">https, and no private address, unless <c>WebHooks__AllowedAddresses</c> has it.</param>
[GenerateSerializer, Immutable, Alias("buildify.new-subscription")]
public sealed record NewSubscription(
    [property: Id(0)] string Name, [property: Id(1)] string EventPattern, [property: Id(2)] string CallbackUrl, [property: Id(3)] int Priority = 5)
{
    /// <summary>Whether a key waits once one of its events was parked.</summary>
    [Id(4)] public bool StopsOnFailure { get; init; }
}

/// <summary>What is null stays.</summary>
[GenerateSerializer, Immutable, Alias("buildify.subscription-change")]
public sealed record SubscriptionChange
{
    [Id(0)] public string? Name { get; init; }

    [Id(1)] public string? EventPattern { get; init; }

    [Id(2)] public int? Priority { get; init; }

    [Id(3)] public string? CallbackUrl { get; init; }

    [Id(4)] public bool? StopsOnFailure { get; init; }

    [Id(5)] public SubscriptionState? State { get; init; }
}

/// <param name="Secret">As <c>whsec_…</c>; shown here and never again.</param>
[GenerateSerializer, Immutable, Alias("buildify.created-subscription")]
public sealed record CreatedSubscription(
    [property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] string EventPattern, [property: Id(3)] int Priority,
    [property: Id(4)] string CallbackUrl, [property: Id(5)] string Secret);

/// <param name="CallbackUrl">Null for a module's handler.</param>
/// <param name="Module">Null for a web hook.</param>
/// <param name="Reason">Why it is disabled.</param>
/// <param name="Position">Up to here everything was delivered, waits for another attempt, or is parked.</param>
/// <param name="Lag">Matching events that are not delivered; counted up to 10,000.</param>
/// <param name="Retrying">Events that failed and wait for another attempt, and those of their keys behind them.</param>
[GenerateSerializer, Immutable, Alias("buildify.subscription-view")]
public sealed record SubscriptionView(
    [property: Id(0)] string Id, [property: Id(1)] string Name, [property: Id(2)] string EventPattern, [property: Id(3)] int Priority,
    [property: Id(4)] string? CallbackUrl, [property: Id(5)] string? Module, [property: Id(6)] SubscriptionState State, [property: Id(7)] string? Reason,
    [property: Id(8)] long Position, [property: Id(9)] long Lag, [property: Id(10)] string? LastError, [property: Id(11)] DateTimeOffset? LastErrorAt,
    [property: Id(12)] int Retrying, [property: Id(13)] int DeadLetters, [property: Id(14)] bool StopsOnFailure, [property: Id(15)] DateTimeOffset CreatedAt);

/// <param name="From"><c>start</c>, a time (RFC 3339), or an event's id.</param>
/// <param name="PerSecond">At most so many events a second, 1 to 100,000; null for the platform's setting.</param>
[GenerateSerializer, Immutable, Alias("buildify.replay-request")]
public sealed record ReplayRequest([property: Id(0)] string From, [property: Id(1)] int? PerSecond = null);

/// <summary>How many events it was about.</summary>
[GenerateSerializer, Immutable, Alias("buildify.subscription-count")]
public sealed record SubscriptionCount([property: Id(0)] int Count);

/// <summary>One delivery of a web hook.</summary>
/// <param name="Status">Null where there was no answer; then the error says why.</param>
/// <param name="Answer">The start of what was answered.</param>
[GenerateSerializer, Immutable, Alias("buildify.delivery-attempt")]
public sealed record DeliveryAttempt(
    [property: Id(0)] string EventId, [property: Id(1)] string EventType, [property: Id(2)] int Attempt, [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] int? Status, [property: Id(5)] int DurationMs, [property: Id(6)] string? Answer, [property: Id(7)] string? Error);

[GenerateSerializer, Immutable, Alias("buildify.dead-letter")]
public sealed record DeadLetter(
    [property: Id(0)] LoggedEvent Event, [property: Id(1)] int Attempts, [property: Id(2)] string LastError, [property: Id(3)] DateTimeOffset ParkedAt);
