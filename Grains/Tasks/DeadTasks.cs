using Npgsql;
using static Buildify.Tasks.TaskParameters;

namespace Buildify.Tasks;

/// <summary>Dead tasks, back into their queues or away for good.</summary>
internal static class DeadTasks
{
    /// <summary>Rows of one statement: what it locks is free again soon.</summary>
    public const int RowsOfStatement = 1000;

    /// <summary>Enqueues dead tasks again, at most <see cref="RowsOfStatement"/> of them.</summary>
    /// <param name="tenant">Null for any.</param>
    /// <returns>The partition of each, by its id.</returns>
    public static async Task<List<int>> Retry(NpgsqlDataSource database, string? tenant, Guid? id, TaskFilter filter)
    {
        await using var command = database.CreateCommand(TaskQueries.RetryDead);
        command.Parameters.AddRange((NpgsqlParameter[])[Text("tenant", tenant), Id("id", id), .. Filter(filter)]);
        await using var reader = await command.ExecuteReaderAsync();
        var partitions = new List<int>();
        while (await reader.ReadAsync()) partitions.Add(reader.GetInt32(0));
        return partitions;
    }

    /// <summary>Deletes dead tasks, at most <see cref="RowsOfStatement"/> of them.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> Purge(NpgsqlDataSource database, string tenant, TaskFilter filter)
    {
        await using var command = database.CreateCommand(TaskQueries.PurgeDead);
        command.Parameters.AddRange((NpgsqlParameter[])[Text("tenant", tenant), .. Filter(filter)]);
        return await command.ExecuteNonQueryAsync();
    }

    private static NpgsqlParameter[] Filter(TaskFilter filter) =>
        [Text("type", filter.Type), Text("queue", filter.Queue), Time("before", filter.Before), Count("take", RowsOfStatement)];
}
