using System.Collections.Immutable;

namespace Buildify.Worker;

/// <summary>How much one worker runs, and for how long.</summary>
public sealed class TaskWorkerOptions
{
    public const int MaxSlots = 1_000;

    /// <summary>Handlers that run at a time, 1 to 1,000 (<c>Worker__Slots</c>). Default 64.</summary>
    public int Slots { get; set; } = 64;

    /// <summary>Queues that it takes from (<c>Worker__Queues</c>, with commas). Default: empty, which is all.</summary>
    public ImmutableArray<string> Queues { get; set; } = [];

    /// <summary>How long what runs may go on when the process is told to stop, in seconds, 0 to 3,600 (<c>Worker__DrainSeconds</c>). Default 30.</summary>
    public int DrainSeconds { get; set; } = 30;

    /// <summary>
    /// How long an attempt of a type without a limit of its own may take before its token is cancelled, in seconds, 1 to 86,400
    /// (<c>Tasks__TimeoutSeconds</c>). Default 1,800.
    /// </summary>
    public int TimeoutSeconds { get; set; } = 1_800;

    /// <summary>How much longer one that does not heed its token is waited for, in seconds, 0 to 3,600 (<c>Tasks__AbandonSeconds</c>). Default 10.</summary>
    public int AbandonSeconds { get; set; } = 10;

    /// <summary>Calls within <see cref="BreakerSamplingSeconds"/> before a circuit may open, 2 to 10,000 (<c>Tasks__BreakerCalls</c>). Default 10.</summary>
    public int BreakerCalls { get; set; } = 10;

    /// <summary>How many of a hundred of them fail where it opens, 1 to 100 (<c>Tasks__BreakerFailurePercent</c>). Default 50.</summary>
    public int BreakerFailurePercent { get; set; } = 50;

    /// <summary>In seconds, 1 to 3,600 (<c>Tasks__BreakerSamplingSeconds</c>). Default 30.</summary>
    public int BreakerSamplingSeconds { get; set; } = 30;

    /// <summary>How long a circuit stays open, in seconds, 1 to 3,600 (<c>Tasks__BreakerOpenSeconds</c>). Default 30.</summary>
    public int BreakerOpenSeconds { get; set; } = 30;

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    internal List<string> Errors { get; } = [];

    internal bool Takes(string queue) => Queues.IsEmpty || Queues.Contains(queue, StringComparer.Ordinal);
}
