using System.Collections.Immutable;

namespace Buildify.Events.Subscriptions;

/// <summary>What a subscription wants: a handler as its module declared it, or a web hook as its document says.</summary>
/// <param name="Module">Null for a web hook.</param>
/// <param name="CallbackUrl">Null for a handler.</param>
internal sealed record SubscriptionDefinition(string Name, EventPattern Pattern, int Priority, string? Module, string? CallbackUrl)
{
    public int MaxAttempts { get; init; } = RetrySchedule.WebHookAttempts;

    public bool StopsOnFailure { get; init; }

    public ImmutableArray<HookSecret> Secrets { get; init; } = [];

    public bool IsWebHook => Module is null;

    public PlanRules Rules => new(IsWebHook, MaxAttempts, StopsOnFailure);

    public SinkTarget Target(string tenant, string subscription, DateTimeOffset now) => new(
        tenant, subscription, Module, CallbackUrl, [.. Secrets.Where(secret => secret.Until is null || secret.Until > now).Select(secret => secret.Text)]);
}

/// <summary>One that signs.</summary>
/// <param name="Text">As <c>whsec_…</c>.</param>
/// <param name="Until">When the one before stops signing; null for the present one.</param>
internal sealed record HookSecret(string Text, DateTimeOffset? Until);
