using System.Collections.Immutable;
using Dapper;
using Npgsql;
using NpgsqlTypes;

namespace Buildify.Tasks.Workflows;

/// <summary>The tables of workflows.</summary>
internal static class WorkflowRows
{
    /// <summary>Writes a workflow that <see cref="WorkflowRules"/> let through.</summary>
    /// <returns>What was made, and the partitions that have something new.</returns>
    public static async Task<(StartedWorkflow Started, IReadOnlyCollection<int> Partitions)> Start(
        NpgsqlConnection connection, string tenant, NewWorkflow workflow)
    {
        ImmutableArray<NewTask> tasks = workflow.Callback is { } callback ? [.. workflow.Tasks, callback] : workflow.Tasks;
        await using var command = new NpgsqlCommand(
            """
            SELECT workflow_id, task_id, partition, is_started
            FROM start_workflow($1, $2::task_workflow_kind, $3::task_workflow_policy, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
            """,
            connection)
        {
            Parameters =
            {
                Text(tenant), Text(EnumNames.Write(workflow.Kind)), Text(EnumNames.Write(workflow.OnFailure)),
                new() { Value = workflow.Callback is not null },
                Array(tasks, task => task.Type), Array(tasks, task => task.Queue), Array(tasks, task => task.Payload.Text),
                Array(tasks, task => task.Priority), Array(tasks, task => task.MaxAttempts), Array(tasks, task => EnumNames.Write(task.Retain)),
                Array(tasks, task => task.RunAt?.UtcDateTime, NpgsqlDbType.TimestampTz), Array(tasks, task => task.DelaySeconds, NpgsqlDbType.Double),
                Array(tasks, task => task.ExpiresAt?.UtcDateTime, NpgsqlDbType.TimestampTz), Array(tasks, task => task.OrderingKey, NpgsqlDbType.Text),
                Text(tasks[0].CorrelationId), Text(tasks[0].TraceParent),
            },
        };
        var (id, ids, partitions) = (Guid.Empty, ImmutableArray.CreateBuilder<Guid>(tasks.Length), new HashSet<int>());
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            id = reader.GetGuid(0);
            ids.Add(reader.GetGuid(1));
            if (reader.GetBoolean(3)) partitions.Add(reader.GetInt32(2));
        }
        return (new StartedWorkflow(id, WorkflowState.Running, [.. ids.Take(workflow.Tasks.Length)], workflow.Callback is null ? null : ids[^1]), partitions);
    }

    /// <summary>Null where there is none, or it is another tenant's.</summary>
    public static async Task<WorkflowView?> Find(NpgsqlConnection connection, Guid id, string tenant)
    {
        // One statement, so that the steps are those of the workflow's state.
        var rows = (await connection.QueryAsync<Row>(
            """
            SELECT flow.kind::text AS Kind, flow.state::text AS State, flow.on_failure::text AS OnFailure, flow.remaining, flow.error,
                   flow.created_at AS CreatedAt, flow.finished_at AS FinishedAt, step.task_id AS TaskId, step.type, step.state::text AS StepState,
                   step.is_callback AS IsCallback
            FROM task_workflows AS flow JOIN task_workflow_steps AS step ON step.workflow_id = flow.id
            WHERE flow.id = @id AND flow.tenant = @tenant
            ORDER BY step.index
            """,
            new { id, tenant })).AsList();
        if (rows.Count == 0) return null;
        var flow = rows[0];
        return new WorkflowView(
            id, EnumNames.Read<WorkflowKind>(flow.Kind), EnumNames.Read<WorkflowState>(flow.State), EnumNames.Read<WorkflowFailurePolicy>(flow.OnFailure), flow.Remaining, flow.Error,
            [.. rows.Where(row => !row.IsCallback).Select(row => row.ToStep())], rows.Find(row => row.IsCallback)?.ToStep(), flow.CreatedAt,
            flow.FinishedAt);
    }

    /// <returns>The partitions that have something new.</returns>
    public static async Task<IReadOnlyCollection<int>> Cancel(NpgsqlConnection connection, Guid id) =>
        (await connection.QueryAsync<int>("SELECT partition FROM cancel_workflow(@id)", new { id })).AsList();

    private static NpgsqlParameter Text(string? value) => new() { Value = (object?)value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text };

    private static NpgsqlParameter Array<T>(ImmutableArray<NewTask> tasks, Func<NewTask, T> select) => new() { Value = tasks.Select(select).ToArray() };

    private static NpgsqlParameter Array<T>(ImmutableArray<NewTask> tasks, Func<NewTask, T> select, NpgsqlDbType type) =>
        new() { Value = tasks.Select(select).ToArray(), NpgsqlDbType = NpgsqlDbType.Array | type };

    private sealed record Row(
        string Kind, string State, string OnFailure, int Remaining, string? Error, DateTime CreatedAt, DateTime? FinishedAt, Guid TaskId, string Type,
        string StepState, bool IsCallback)
    {
        public WorkflowStep ToStep() => new(TaskId, Type, EnumNames.Read<WorkflowStepState>(StepState));
    }
}
