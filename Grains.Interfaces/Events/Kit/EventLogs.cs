namespace Buildify.Events;

/// <summary>The owners of the log's partitions.</summary>
public static class EventLogs
{
    public static IEventLogGrain EventLog(this IGrainFactory grains, int partition)
    {
        ArgumentNullException.ThrowIfNull(grains);
        return grains.GetGrain<IEventLogGrain>(GrainKeys.EventLog(partition));
    }

    /// <summary>
    /// Tells owners that others' transactions have committed events. Never throws: the events are written, and an owner looks by itself, once a
    /// second.
    /// </summary>
    public static async Task PokeEventLogs(this IGrainFactory grains, IEnumerable<int> partitions)
    {
        ArgumentNullException.ThrowIfNull(partitions);
        foreach (var partition in partitions)
        {
            try
            {
                await grains.EventLog(partition).Poke();
            }
            catch (Exception)
            {
                return;
            }
        }
    }
}
