using Buildify.Operations;
using Buildify.Tasks;
using Buildify.Tenants;
using Buildify.Testing;
using Buildify.Testing.Cluster;
using Npgsql;

namespace Buildify.Worker.Cluster;

/// <summary>A silo of the platform alone, and workers that host nothing but what runs tasks.</summary>
public class WorkersApartTests
{
    private static readonly Caller Caller = new("tester", "test");

    [Fact]
    public async Task A_task_from_psql_runs_with_a_silo_that_has_no_module_and_a_worker()
    {
        await using var platform = await PlatformCluster.Launch(silos: 2, workersApart: true, settings: [("Tasks:Diagnostics", "true")]);
        await NewTenant(platform);
        var id = await platform.Database.QueryAsync<Guid>("""SELECT enqueue_task('core.echo', '{"value": 1}', tenant => 'acme')""");
        await Eventually.Succeeds(async () => (await platform.Database.QueryAsync<string>($"SELECT result::text FROM task_history WHERE id = '{id}'"))
            .ShouldBe("""{"value":1}"""));
    }

    [Fact]
    public async Task A_killed_worker_s_tasks_run_elsewhere_and_each_row_is_there_once()
    {
        const int Tasks = 2_000;
        await using var platform = await PlatformCluster.Launch(
            silos: 3, workersApart: true, tasks: typeof(WorkersApartTests).Assembly, settings: [("Tasks:WorkerSilenceSeconds", "2"), ("Worker:Slots", "8")]);
        await platform.Database.ExecuteAsync("CREATE TABLE written (number int NOT NULL)");
        var queue = platform.Grains.GetGrain<ITaskQueueGrain>(GrainKeys.TaskQueue("default", 0));
        (await queue.Enqueue([.. Enumerable.Range(0, Tasks).Select(number => new NewTask("acme", "test.write-once", "default", new JsonText($$"""{"number":{{number}}}""")))], stamp: null))
            .Failure.ShouldBeNull();

        var victim = platform.Cluster.Silos[^1];
        await Eventually.Succeeds(async () => (await Written(platform)).ShouldBeGreaterThan(100));
        await platform.Cluster.KillSiloAsync(victim);

        await Eventually.Succeeds(async () => (await platform.Database.QueryAsync<long>("SELECT count(*) FROM task_history WHERE state = 'succeeded'")).ShouldBe(Tasks));
        (await Written(platform)).ShouldBe(Tasks);
        (await platform.Database.QueryAsync<long>("SELECT count(DISTINCT number) FROM written")).ShouldBe(Tasks);
        (await platform.Database.QueryAsync<long>("SELECT count(*) FROM tasks")).ShouldBe(0);
    }

    private static Task<long> Written(PlatformCluster platform) => platform.Database.QueryAsync<long>("SELECT count(*) FROM written");

    private static async Task NewTenant(PlatformCluster platform) =>
        (await platform.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant("acme")).Create(new NewTenant("acme", "Acme"), Caller, stamp: null)).Failure.ShouldBeNull();
}

/// <summary>Writes a row, and ends, in one commit.</summary>
[TaskType("test.write-once", BackoffSeconds = 0.1)]
public sealed record WriteOnce(int Number) : ITask<Unit>;

public sealed class WriteOnceHandler(NpgsqlDataSource source) : ITaskHandler<WriteOnce, Unit>
{
    public async Task<Unit> Handle(WriteOnce task, TaskContext context)
    {
        await using var connection = await source.OpenConnectionAsync(context.Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(context.Cancellation);
        await using (var insert = new NpgsqlCommand("INSERT INTO written (number) VALUES ($1)", connection, transaction) { Parameters = { new() { Value = task.Number } } })
        {
            await insert.ExecuteNonQueryAsync(context.Cancellation);
        }
        await context.Complete(transaction, Unit.Value, context.Cancellation);
        await transaction.CommitAsync(context.Cancellation);
        return Unit.Value;
    }
}
