using Dapper;
using Npgsql;

namespace Buildify.Tasks;

/// <summary>The queues and their partitions, as the tables have them.</summary>
internal static class QueueRows
{
    /// <summary>The queues that take tasks.</summary>
    public static async Task<IReadOnlySet<string>> Queues(NpgsqlConnection connection) =>
        (await connection.QueryAsync<string>("SELECT DISTINCT queue FROM task_partitions")).ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Tells owners that there is something new, once it is committed. It never fails: a poke that is lost costs a second, after which the owner
    /// looks by itself.
    /// </summary>
    /// <param name="ids">Of partitions, as in the ids of their tasks.</param>
    public static async Task Poke(IGrainFactory grains, NpgsqlConnection connection, IReadOnlyCollection<int> ids)
    {
        if (ids.Count == 0) return;
        try
        {
            var partitions = await connection.QueryAsync<(string Queue, int Number)>(
                "SELECT queue, number FROM task_partitions WHERE id = ANY (@ids)", new { ids = ids.ToArray() });
            foreach (var (queue, number) in partitions) await grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue(queue, number)).Poke();
        }
        catch (Exception)
        {
            // What was written is written, and whoever wrote it must not hear otherwise.
        }
    }
}
