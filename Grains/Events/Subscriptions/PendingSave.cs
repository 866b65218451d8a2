namespace Buildify.Events.Subscriptions;

/// <summary>What is to be written in one statement; after it the cursor may be where it says.</summary>
internal sealed class PendingSave
{
    public long Position { get; set; }

    public long Delivered { get; set; }

    public bool Progressed => Delivered > 0;

    /// <summary>By position: the last word on a row counts.</summary>
    public Dictionary<long, RetryRow> Kept { get; } = [];

    public HashSet<long> Removed { get; } = [];

    public Dictionary<long, Parked> Parked { get; } = [];

    public List<DeliveryAttempt> Attempts { get; } = [];

    public List<long> Places { get; } = [];

    public string? LastError { get; set; }

    public DateTimeOffset? LastErrorAt { get; set; }

    public DateTimeOffset? FailingSince { get; set; }

    /// <summary>Nothing but the cursor: it may be lost in a crash, and then some events come again.</summary>
    public bool IsMoveOnly => Kept.Count == 0 && Removed.Count == 0 && Parked.Count == 0 && LastError is null;
}

/// <summary>A row for <c>event_dead_letters</c>.</summary>
internal sealed record Parked(LoggedEvent Event, string Key, int Attempts, string Error, bool StopsKey);
