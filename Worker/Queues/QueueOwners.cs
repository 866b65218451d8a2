using System.Collections.Immutable;
using Buildify.Tasks;

namespace Buildify.Worker.Queues;

/// <summary>Where a worker finds the owners of the queues' partitions.</summary>
internal class QueueOwners(IGrainFactory grains)
{
    public virtual Task<ImmutableArray<TaskPartition>> Partitions() => grains.GetGrain<ITaskQueuesGrain>(GrainKeys.Platform).Partitions();

    public virtual ITaskQueueGrain Of(TaskPartition partition) =>
        grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue(partition.Queue, partition.Number));
}
