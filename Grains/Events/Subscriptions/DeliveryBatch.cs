using System.Collections.Immutable;

namespace Buildify.Events.Subscriptions;

/// <summary>Events that go to the sink together.</summary>
internal sealed class DeliveryBatch
{
    /// <summary>In the window; empty for retries.</summary>
    public ImmutableArray<long> Places { get; init; } = [];

    /// <summary>Retries; empty for events of the window.</summary>
    public ImmutableArray<RetryRow> Rows { get; init; } = [];

    /// <summary>Of the window; of retries once they were read.</summary>
    public ImmutableArray<LoggedEvent> Events { get; init; } = [];

    /// <summary>The window that it is from: a replay begins another.</summary>
    public Window? Window { get; init; }

    public int Count => IsRetry ? Rows.Length : Places.Length;

    public bool IsRetry => Rows.Length > 0;

    public string KeyAt(int index) => IsRetry ? Rows[index].Key : Events[index].Key;
}
