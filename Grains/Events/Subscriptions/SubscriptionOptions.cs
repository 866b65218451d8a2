namespace Buildify.Events.Subscriptions;

/// <summary>How subscriptions behave.</summary>
internal sealed class SubscriptionOptions
{
    public const int MaxReplayPerSecond = 100_000;

    /// <summary>Events a second that a replay delivers where it does not say (<c>Events__ReplayPerSecond</c>); 1 to 100,000. Default 5,000.</summary>
    public int ReplayPerSecond { get; set; } = 5_000;

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    public List<string> Errors { get; } = [];
}
