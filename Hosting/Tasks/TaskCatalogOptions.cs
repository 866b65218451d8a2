namespace Buildify.Hosting.Tasks;

/// <summary>Which task types and queues there are, beside those that modules bring.</summary>
public sealed class TaskCatalogOptions
{
    public const int MaxPartitions = 64;

    /// <summary><c>core.echo</c>, <c>core.sleep</c> and <c>core.fail</c> (<c>Tasks__Diagnostics</c>). Default: in Development only.</summary>
    public bool Diagnostics { get; set; }

    /// <summary>Partitions of a queue that <see cref="QueuePartitions"/> does not name (<c>Tasks__Partitions</c>), 1 to 64. Default 1.</summary>
    public int Partitions { get; set; } = 1;

    /// <summary>By queue (<c>Tasks__Queues__{name}__Partitions</c>), 1 to 64. A queue never gets fewer than it has.</summary>
    public Dictionary<string, int> QueuePartitions { get; } = new(StringComparer.Ordinal);

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    internal List<string> Errors { get; } = [];

    public int PartitionsOf(string queue) => QueuePartitions.GetValueOrDefault(queue, Partitions);
}
