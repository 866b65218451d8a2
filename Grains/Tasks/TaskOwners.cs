using System.Collections.Immutable;
using Buildify.Events;
using Microsoft.Extensions.Logging;

namespace Buildify.Tasks;

/// <summary>Asks the owners of partitions, all at once. One that does not answer in time is left out: what is asked is for those who look.</summary>
internal sealed partial class TaskOwners(IGrainFactory grains, TimeProvider time, ILogger<TaskOwners> log)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public ITaskQueueGrain Of(TaskPartition partition) => grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue(partition.Queue, partition.Number));

    /// <summary>Tells an owner to look at once. Where it is not to be reached it looks by itself, later: what is to be seen is written already.</summary>
    public async Task Poke(TaskPartition partition)
    {
        try
        {
            await Of(partition).Poke();
        }
        catch (Exception error)
        {
            Log.NotTold(log, error, partition.Queue, partition.Number);
        }
    }

    /// <summary>Tells the event log that something of these tenants was committed. It never fails.</summary>
    public Task TellLogs(IEnumerable<string> tenants) => grains.PokeEventLogs(tenants.Select(EventPlacement.Of).Distinct().ToList());

    /// <summary>The answers of those that answered within 2 s.</summary>
    public async Task<ImmutableArray<(TaskPartition Partition, T Answer)>> Ask<T>(
        IEnumerable<TaskPartition> partitions, Func<ITaskQueueGrain, Task<T>> question)
    {
        var answers = await Task.WhenAll(partitions.Select(async partition =>
        {
            try
            {
                return (partition, Answer: await question(Of(partition)).WaitAsync(Patience, time), IsThere: true);
            }
            catch (Exception error)
            {
                Log.Silent(log, partition.Queue, partition.Number, error.GetType().Name, error.Message);
                return (partition, Answer: default(T)!, IsThere: false);
            }
        }));
        return [.. answers.Where(answer => answer.IsThere).Select(answer => (answer.partition, answer.Answer))];
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Debug, Message = "The owner of partition {Number} of queue {Queue} could not be told to look")]
        public static partial void NotTold(ILogger logger, Exception error, string queue, int number);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The owner of partition {Number} of queue {Queue} could not be asked: {Type}: {Reason}")]
        public static partial void Silent(ILogger logger, string queue, int number, string type, string reason);
    }
}
