namespace Buildify.Events.Platform;

/// <summary>A tenant has a new web hook.</summary>
/// <param name="SubscriptionId">The subscription's id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="EventPattern">Which events it gets.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.subscription.created")]
public sealed record SubscriptionCreated(string SubscriptionId, string Name, string EventPattern, string Actor) : IEvent;

/// <summary>What is said of a subscription is otherwise, or it was paused or resumed.</summary>
/// <param name="SubscriptionId">The subscription's id.</param>
/// <param name="Name">As it is now.</param>
/// <param name="EventPattern">As it is now.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.subscription.updated")]
public sealed record SubscriptionUpdated(string SubscriptionId, string Name, string EventPattern, string Actor) : IEvent;

/// <summary>A web hook is gone, and with it what waited for it.</summary>
/// <param name="SubscriptionId">The subscription's id.</param>
/// <param name="Name">What people called it.</param>
/// <param name="Actor">Who did it: a user's id, or <c>system:</c> and a name where the platform acted by itself.</param>
[EventType("core.subscription.deleted")]
public sealed record SubscriptionDeleted(string SubscriptionId, string Name, string Actor) : IEvent;

/// <summary>Nothing more is delivered to a subscription until somebody resumes it: its receiver failed for days, or said that it is gone.</summary>
/// <param name="SubscriptionId">The subscription's id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Reason">Why, for people to read.</param>
[EventType("core.subscription.disabled")]
public sealed record SubscriptionDisabled(string SubscriptionId, string Name, string Reason) : IEvent;
