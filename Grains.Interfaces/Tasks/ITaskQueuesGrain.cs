using System.Collections.Immutable;
using Buildify.Validation;

namespace Buildify.Tasks;

/// <summary>All queues (<see cref="GrainKeys.Platform"/>): which there are, how they stand, and their settings.</summary>
[Alias("buildify.task-queues")]
public interface ITaskQueuesGrain : IGrainWithStringKey
{
    [Alias("List")]
    Task<ImmutableArray<TaskQueueView>> List();

    [Alias("Get")]
    Task<TaskQueueView?> Get(string queue);

    /// <summary>Changes what is named, and tells the owners.</summary>
    [Alias("Change")]
    Task<Outcome<TaskQueueView>> Change(string queue, TaskQueueChange change);

    /// <summary>The partitions of each queue, for those who enqueue and those who pull. What is answered may be remembered for half a minute.</summary>
    [Alias("Partitions")]
    Task<ImmutableArray<TaskPartition>> Partitions();
}

/// <summary>A queue, as those who look see it. The counts are of all its partitions.</summary>
[GenerateSerializer, Immutable, Alias("buildify.task-queue-view")]
public sealed record TaskQueueView([property: Id(0)] string Name, [property: Id(1)] bool Paused)
{
    [Id(2)] public int? RateLimit { get; init; }

    [Id(3)] public int? Concurrency { get; init; }

    [Id(4)] public int? TenantRateLimit { get; init; }

    [Id(5)] public int? TenantConcurrency { get; init; }

    [Id(6)] public ImmutableDictionary<string, int> TenantWeights { get; init; } = ImmutableDictionary<string, int>.Empty;

    [Id(7)] public long Depth { get; init; }

    [Id(8)] public int Running { get; init; }

    [Id(9)] public long Scheduled { get; init; }

    [Id(10)] public long Dead { get; init; }

    [Id(11)] public double? OldestSeconds { get; init; }

    /// <summary>How many take from it.</summary>
    [Id(12)] public int Workers { get; init; }

    [Id(13)] public int Partitions { get; init; }

    /// <summary>Ended in the last minute, a second.</summary>
    [Id(14)] public double Throughput { get; init; }
}

/// <summary>Null leaves a setting as it is; a limit of 0 takes it away.</summary>
[GenerateSerializer, Immutable, Alias("buildify.task-queue-change")]
[AtLeastOne]
public sealed record TaskQueueChange
{
    [Id(0)] public bool? Paused { get; init; }

    /// <summary>Starts a second, of all tenants; 0 to 1,000,000.</summary>
    [Id(1), Bounds(Min = "0", Max = "1000000")] public int? RateLimit { get; init; }

    /// <summary>Running at a time, of all tenants; 0 to 1,000,000.</summary>
    [Id(2), Bounds(Min = "0", Max = "1000000")] public int? Concurrency { get; init; }

    [Id(3), Bounds(Min = "0", Max = "1000000")] public int? TenantRateLimit { get; init; }

    [Id(4), Bounds(Min = "0", Max = "1000000")] public int? TenantConcurrency { get; init; }

    /// <summary>Turns in a round, 1 to 100 by tenant, of 1,000 at most; replaces all.</summary>
    [Id(5), Size(Max = 1000)] public ImmutableDictionary<string, int>? TenantWeights { get; init; }
}

/// <param name="Id">In the ids of its tasks.</param>
/// <param name="Number">From 0, within its queue.</param>
[GenerateSerializer, Immutable, Alias("buildify.task-partition")]
public readonly record struct TaskPartition([property: Id(0)] int Id, [property: Id(1)] string Queue, [property: Id(2)] int Number);
