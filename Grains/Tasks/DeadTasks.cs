using Npgsql;
using static Buildify.Tasks.TaskParameters;

namespace Buildify.Tasks;

/// <summary>Dead tasks, back into their queues or away for good.</summary>
internal static class DeadTasks
{
    /// <summary>Rows of one statement: what it locks is free again soon.</summary>
    public const int RowsOfStatement = 1000;

    /// <summary>Some dead tasks that fit, at most <see cref="RowsOfStatement"/>.</summary>
    public static async Task<Guid[]> Find(NpgsqlDataSource database, string tenant, TaskFilter filter)
    {
        await using var command = database.CreateCommand(TaskQueries.FindDead);
        command.Parameters.AddRange((NpgsqlParameter[])
        [
            Text("tenant", tenant), Text("type", filter.Type), Text("queue", filter.Queue), Time("before", filter.Before), Count("take", RowsOfStatement),
        ]);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<Guid>();
        while (await reader.ReadAsync()) ids.Add(reader.GetGuid(0));
        return [.. ids];
    }

    /// <summary>Enqueues dead tasks again.</summary>
    /// <param name="tenant">Whose they have to be; null for any.</param>
    /// <returns>The partition of each that was dead, by its id.</returns>
    public static async Task<List<int>> Retry(NpgsqlDataSource database, string? tenant, params Guid[] ids)
    {
        await using var command = database.CreateCommand(TaskQueries.RetryDead);
        command.Parameters.AddRange((NpgsqlParameter[])[Text("tenant", tenant), Ids("ids", ids)]);
        await using var reader = await command.ExecuteReaderAsync();
        var partitions = new List<int>();
        while (await reader.ReadAsync()) partitions.Add(reader.GetInt32(0));
        return partitions;
    }

    /// <summary>Deletes dead tasks.</summary>
    /// <returns>How many.</returns>
    public static async Task<int> Purge(NpgsqlDataSource database, Guid[] ids)
    {
        await using var command = database.CreateCommand(TaskQueries.PurgeDead);
        command.Parameters.Add(Ids("ids", ids));
        return await command.ExecuteNonQueryAsync();
    }
}
