namespace Buildify.Tasks.Queues;

/// <summary>How owners of partitions behave.</summary>
internal sealed class TaskQueueOptions
{
    /// <summary>Unfinished tasks that a queue takes before it answers 429 (<c>Tasks__MaxDepth</c>); 1 to 100,000,000. Default 2,000,000.</summary>
    public int MaxDepth { get; set; } = 2_000_000;

    /// <summary>Without a word for so long a worker is taken for lost (<c>Tasks__WorkerSilenceSeconds</c>); 2 to 60. Default 4.</summary>
    public double WorkerSilenceSeconds { get; set; } = 4;

    /// <summary>
    /// How long a new owner waits for workers of the one before to say what they still run, before it hands out what may be theirs
    /// (<c>Tasks__ReattachSeconds</c>); 0 to 60. Default 3 in a cluster, 0 where everything is one process.
    /// </summary>
    public double ReattachSeconds { get; set; }

    /// <summary>How long a worker waits for a task in one call.</summary>
    public double LongPollSeconds { get; set; } = 10;

    /// <summary>How long what is to be kept whole is kept, in days (<c>Tasks__KeepDays</c>); 1 to 365. Default 30.</summary>
    public int KeepDays { get; set; } = 30;

    public WindowOptions Window { get; set; } = new();

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    public List<string> Errors { get; } = [];
}
