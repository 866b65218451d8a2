using System.Text.Json;
using Buildify.Diagnostics;
using Buildify.Idempotency;
using Npgsql;

namespace Buildify.Tasks.Workflows;

[StatelessWorker, GrainType("workflow")]
internal sealed class WorkflowGrain(NpgsqlDataSource database, IGrainFactory grains) : Grain, IWorkflowGrain
{
    public async Task<Outcome<StartedWorkflow>> Start(string tenant, NewWorkflow workflow, IdempotencyStamp? stamp)
    {
        if (WorkflowRules.Check(workflow) is { } invalid) return invalid;

        await using var connection = await database.OpenConnectionAsync();
        if (WorkflowRules.CheckQueues(workflow, await QueueRows.Queues(connection)) is { } unknown) return unknown;

        await using var transaction = await connection.BeginTransactionAsync();
        var (started, partitions) = await WorkflowRows.Start(connection, tenant, workflow);
        if (stamp is not null && await IsUsed(connection, stamp, started)) return IdempotencyConflict;
        await transaction.CommitAsync();
        await Failpoints.Reach(Failpoints.AfterWrite, GrainKeys.Platform);

        await QueueRows.Poke(grains, connection, partitions);
        return started;
    }

    public async Task<WorkflowView?> Get(Guid id, string tenant)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await WorkflowRows.Find(connection, id, tenant);
    }

    public async Task<Outcome<WorkflowView>> Cancel(Guid id, string tenant)
    {
        await using var connection = await database.OpenConnectionAsync();
        var found = await WorkflowRows.Find(connection, id, tenant);
        if (found is null) return Failure.NotFound($"There is no workflow {id}, or none any more.");
        if (found.State == WorkflowState.Running) await QueueRows.Poke(grains, connection, await WorkflowRows.Cancel(connection, id));

        // It may have ended by itself in between.
        var view = (await WorkflowRows.Find(connection, id, tenant))!;
        return view.State == WorkflowState.Cancelled && found.State == WorkflowState.Running
            ? view
            : new Failure(FailureCodes.TaskEnded, $"The workflow has ended: it is {EnumNames.Write(view.State)}.");
    }

    private static Failure IdempotencyConflict { get; } = new(FailureCodes.IdempotencyConflict,
        "A request with this Idempotency-Key was carried out in the meantime; send it again to get its answer.");

    private static async Task<bool> IsUsed(NpgsqlConnection connection, IdempotencyStamp stamp, StartedWorkflow started)
    {
        try
        {
            await IdempotencyRows.Record(connection, stamp, JsonSerializer.Serialize(started, BuildifyJson.Options));
            return false;
        }
        catch (PostgresException error) when (error.ConstraintName == "idempotency_keys_pkey")
        {
            return true;
        }
    }
}
