using System.Collections.Immutable;
using Buildify.Idempotency;

namespace Buildify.Tasks;

/// <summary>Writes tasks of several partitions (<see cref="GrainKeys.Platform"/>): no owner can, for each writes its own partition alone.</summary>
[Alias("buildify.task-batch")]
public interface ITaskBatchGrain : IGrainWithStringKey
{
    /// <summary>Writes tasks, all or none, tells their owners, and answers when they are durable.</summary>
    /// <param name="tasks">At most <see cref="TaskOptions.MaxBatch"/>.</param>
    /// <param name="stamp">Committed with the tasks; null where the request had no key.</param>
    /// <returns>In the order of the tasks; <see cref="FailureCodes.IdempotencyConflict"/> where the key was used in the meantime.</returns>
    [Alias("Enqueue")]
    Task<Outcome<ImmutableArray<EnqueuedTask>>> Enqueue(ImmutableArray<PlacedTask> tasks, IdempotencyStamp? stamp);
}

/// <summary>A task, and the partition that it goes to.</summary>
[GenerateSerializer, Immutable, Alias("buildify.placed-task")]
public readonly record struct PlacedTask([property: Id(0)] TaskPartition Partition, [property: Id(1)] NewTask Task);
