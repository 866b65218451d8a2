using System.Collections.Immutable;

namespace Buildify.Events.Subscriptions;

/// <summary>When a failed event is tried again.</summary>
internal static class RetrySchedule
{
    private static readonly TimeSpan LongestOfHandler = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan LongestAsked = TimeSpan.FromDays(1);

    /// <summary>Of Standard Webhooks, and then by the day, so that a receiver that is away over a long weekend loses nothing.</summary>
    private static readonly ImmutableArray<TimeSpan> WebHooks =
    [
        TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30), TimeSpan.FromHours(2), TimeSpan.FromHours(5), TimeSpan.FromHours(10),
        TimeSpan.FromHours(14), TimeSpan.FromHours(20), TimeSpan.FromHours(24), TimeSpan.FromHours(24), TimeSpan.FromHours(24),
    ];

    /// <summary>Attempts of a web hook before an event is parked.</summary>
    public static int WebHookAttempts => WebHooks.Length + 1;

    /// <param name="attempts">Those that failed, from 1.</param>
    /// <param name="chance">0 to 1: up to a fifth is added, so that what failed together is not tried again together.</param>
    public static TimeSpan Next(bool isWebHook, int attempts, double chance, TimeSpan? asked)
    {
        var own = isWebHook
            ? WebHooks[Math.Min(attempts, WebHooks.Length) - 1]
            : TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(attempts - 1, 20)), LongestOfHandler.TotalSeconds));
        var delay = own * (1 + (0.2 * chance));
        return asked is { } least && least > delay ? (least < LongestAsked ? least : LongestAsked) : delay;
    }
}
