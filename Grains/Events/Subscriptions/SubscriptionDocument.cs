using System.Collections.Immutable;
using System.Security.Cryptography;
using Buildify.Storage;

namespace Buildify.Events.Subscriptions;

/// <summary>State <c>event_subscription</c>: a web hook. Its place and its state are a row of <c>event_cursors</c>.</summary>
internal sealed record SubscriptionDocument : Document
{
    private static readonly TimeSpan Rotation = TimeSpan.FromDays(1);

    public string Name { get; init; } = "";

    public string EventPattern { get; init; } = "";

    public int Priority { get; init; }

    public string CallbackUrl { get; init; } = "";

    public bool StopsOnFailure { get; init; }

    /// <summary>The newest first.</summary>
    public ImmutableArray<HookSecret> Secrets { get; init; } = [];

    public DateTimeOffset CreatedAt { get; init; }

    public string CreatedBy { get; init; } = "";

    public DateTimeOffset UpdatedAt { get; init; }

    public string UpdatedBy { get; init; } = "";

    /// <summary>It is no more; its id is not used again.</summary>
    public bool Removed { get; init; }

    public static SubscriptionDocument Of(NewSubscription subscription, Caller caller, DateTimeOffset now) => new()
    {
        Name = subscription.Name,
        EventPattern = subscription.EventPattern,
        Priority = subscription.Priority,
        CallbackUrl = subscription.CallbackUrl,
        StopsOnFailure = subscription.StopsOnFailure,
        Secrets = [new HookSecret(NewSecret(), Until: null)],
        CreatedAt = now,
        CreatedBy = caller.Actor,
        UpdatedAt = now,
        UpdatedBy = caller.Actor,
    };

    public SubscriptionDocument Changed(SubscriptionChange change, Caller caller, DateTimeOffset now) => this with
    {
        Name = change.Name ?? Name,
        EventPattern = change.EventPattern ?? EventPattern,
        Priority = change.Priority ?? Priority,
        CallbackUrl = change.CallbackUrl ?? CallbackUrl,
        StopsOnFailure = change.StopsOnFailure ?? StopsOnFailure,
        UpdatedAt = now,
        UpdatedBy = caller.Actor,
    };

    /// <summary>With a new secret; the one before signs for a day more, and any before that no longer.</summary>
    public SubscriptionDocument Rotated(Caller caller, DateTimeOffset now) => this with
    {
        Secrets = [new HookSecret(NewSecret(), Until: null), Secrets[0] with { Until = now + Rotation }],
        UpdatedAt = now,
        UpdatedBy = caller.Actor,
    };

    public SubscriptionDefinition ToDefinition() => new(Name, Events.EventPattern.Parse(EventPattern), Priority, Module: null, CallbackUrl)
    {
        StopsOnFailure = StopsOnFailure,
        Secrets = Secrets,
    };

    public CreatedSubscription ToCreated(string id) => new(id, Name, EventPattern, Priority, CallbackUrl, Secrets[0].Text);

    // 32 bytes, between the 24 and 64 of Standard Webhooks.
    private static string NewSecret() => "whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
