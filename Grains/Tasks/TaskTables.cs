using Npgsql;
using static Buildify.Tasks.TaskParameters;

namespace Buildify.Tasks;

/// <summary>Looks tasks up where they are kept.</summary>
internal sealed class TaskTables(NpgsqlDataSource database)
{
    /// <summary>
    /// A plan that reads a whole partition is never the better one here, and for one that was never analysed it looks as if it were. Nor is
    /// compiling worth it for a few rows; and a plan for any filter is none for this one.
    /// </summary>
    public const string PlanByIndex =
        """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true), set_config('jit', 'off', true),
               set_config('plan_cache_mode', 'force_custom_plan', true)
        """;

    public Task<TaskView?> FindLive(Guid id, string? tenant) => Find(TaskQueries.FindLive, id, tenant, TaskRows.Live);

    public Task<TaskView?> FindEnded(Guid id, string? tenant) => Find(TaskQueries.FindEnded, id, tenant, TaskRows.Ended);

    /// <summary>A workflow's step that is no task yet.</summary>
    public Task<TaskView?> FindStep(Guid id, string? tenant) => Find(TaskQueries.FindStep, id, tenant, TaskRows.Live);

    /// <summary>The newest tasks before a place, newest first; what runs is listed as if it waited.</summary>
    /// <param name="running">Left out where the list is of one state.</param>
    public async Task<List<TaskView>> List(string tenant, TaskFilter filter, Guid before, int take, Guid[] running)
    {
        await using var connection = await database.OpenConnectionAsync();
        // One snapshot: a task that ends meanwhile is in just one of the tables.
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        await using var batch = new NpgsqlBatch(connection, transaction) { BatchCommands = { new NpgsqlBatchCommand(PlanByIndex) } };
        var reads = new List<Func<NpgsqlDataReader, TaskView>>();
        if (filter.State is not { } wanted || !wanted.IsEnd())
        {
            Add(TaskQueries.ListLive, TaskRows.Live, Ids("running", running));
        }
        if (filter.State is null or TaskState.Dead) Add(TaskQueries.ListDead, TaskRows.Ended);
        if (filter.State is null || (filter.State is { } end && end.IsEnd() && end != TaskState.Dead)) Add(TaskQueries.ListHistory, TaskRows.Ended);

        var found = new List<TaskView>();
        await using var reader = await batch.ExecuteReaderAsync();
        foreach (var read in reads)
        {
            await reader.NextResultAsync();
            while (await reader.ReadAsync()) found.Add(read(reader));
        }
        return [.. found.OrderByDescending(task => task.Id).Take(take)];

        void Add(string sql, Func<NpgsqlDataReader, TaskView> read, params NpgsqlParameter[] more)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.AddRange((NpgsqlParameter[])
            [
                Text("tenant", tenant), Id("before", before), Text("type", filter.Type), Text("queue", filter.Queue),
                Text("state", filter.State?.ToString().ToLowerInvariant()), Count("take", take), .. more,
            ]);
            batch.BatchCommands.Add(command);
            reads.Add(read);
        }
    }

    private async Task<TaskView?> Find(string sql, Guid id, string? tenant, Func<NpgsqlDataReader, TaskView> read)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.Add(Id("id", id));
        await using var reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() && read(reader) is var task && (tenant is null || task.Tenant == tenant) ? task : null;
    }
}
