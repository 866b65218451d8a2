using Buildify.Testing.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Tasks;

/// <summary>The tables of tasks with a queue in them, and what the owner of a partition does to them when a task ends.</summary>
internal static class TaskSql
{
    public static async Task<PostgresDatabase> Create(int partitions = 2)
    {
        var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        await AddQueue(database, partitions);
        return database;
    }

    public static async Task AddQueue(PostgresDatabase database, int partitions = 2, string queue = "default")
    {
        await database.ExecuteAsync("INSERT INTO task_queues (name) VALUES ($1)", queue);
        await database.ExecuteAsync("INSERT INTO task_partitions (queue, number) SELECT $1, generate_series(0, $2 - 1)", queue, partitions);
        await database.ExecuteAsync("INSERT INTO task_types (name, queue, max_attempts) VALUES ('core.echo', 'default', 5) ON CONFLICT DO NOTHING");
    }

    public static NewTask Echo(string payload = "{}") => new("acme", "core.echo", "default", new JsonText(payload));

    /// <summary>Ends a task as its owner does, workflow and all, in one transaction.</summary>
    /// <returns>The partitions that have something new.</returns>
    public static async Task<List<int>> End(PostgresDatabase database, Guid task, string end, string? result = null)
    {
        await using var connection = await database.Source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        var (workflow, index) = await Take(connection, task);
        var partitions = await Advance(connection, (workflow, index, end, result));
        await transaction.CommitAsync();
        return partitions;
    }

    /// <summary>Takes a task's row away; its place in its workflow.</summary>
    public static async Task<(Guid Workflow, int Index)> Take(NpgsqlConnection connection, Guid task)
    {
        await using var delete = new NpgsqlCommand("DELETE FROM tasks WHERE id = $1 RETURNING workflow_id, workflow_index", connection)
        {
            Parameters = { new() { Value = task } },
        };
        await using var reader = await delete.ExecuteReaderAsync();
        (await reader.ReadAsync()).ShouldBeTrue($"the task {task} is not there");
        return (reader.GetGuid(0), reader.GetInt32(1));
    }

    public static async Task<List<int>> Advance(NpgsqlConnection connection, params (Guid Workflow, int Index, string End, string? Result)[] ends)
    {
        await using var command = new NpgsqlCommand("SELECT partition FROM advance_workflows($1, $2, $3::text[]::task_end[], $4)", connection)
        {
            Parameters =
            {
                new() { Value = ends.Select(end => end.Workflow).ToArray() }, new() { Value = ends.Select(end => end.Index).ToArray() },
                new() { Value = ends.Select(end => end.End).ToArray() },
                new() { Value = ends.Select(end => end.Result).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text },
            },
        };
        var partitions = new List<int>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) partitions.Add(reader.GetInt32(0));
        return partitions;
    }
}
