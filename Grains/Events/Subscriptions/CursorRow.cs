namespace Buildify.Events.Subscriptions;

/// <summary>A row of <c>event_cursors</c>, as an activation takes it.</summary>
internal sealed record CursorRow(
    long Position, long Epoch, SubscriptionState State, string? Reason, long? ReplayUntil, int? ReplayRate, string? LastError, DateTimeOffset? LastErrorAt,
    DateTimeOffset? FailingSince, DateTimeOffset CreatedAt);
