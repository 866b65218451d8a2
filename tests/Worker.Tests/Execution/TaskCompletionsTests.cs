using Buildify.Tasks;
using Buildify.Worker.Fakes;
using Npgsql;

namespace Buildify.Worker.Execution;

public sealed class TaskCompletionsTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task A_task_that_completes_itself_is_completed_and_its_second_run_leaves_no_trace()
    {
        await using var source = NpgsqlDataSource.Create(worker.Platform.Database.ConnectionString);
        await worker.Platform.Database.RowsAsync("CREATE TABLE effects (run int)");
        var runs = 0;
        var task = WorkerRig.Scripted(context => Effect(source, context, ++runs));

        var first = await worker.Run(task);
        (first.Kind, first.Result).ShouldBe((TaskOutcomeKind.Completed, """{"run":1}"""));
        var second = await worker.Run(task with { Attempt = 2 });
        (second.Kind, second.Result).ShouldBe((TaskOutcomeKind.Completed, """{"run":1}"""));
        runs.ShouldBe(2);
        (await worker.Platform.Database.RowsAsync("SELECT run FROM effects")).ShouldHaveSingleItem()[0].ShouldBe(1);
    }

    [Fact]
    public async Task A_doubtful_task_that_completed_itself_does_not_run_again()
    {
        await using var source = NpgsqlDataSource.Create(worker.Platform.Database.ConnectionString);
        var runs = 0;
        var task = WorkerRig.Scripted(async context =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await context.Complete<object?>(transaction, null);
            await transaction.CommitAsync();
            runs++;
            return null;
        });
        await worker.Run(task);
        var again = await worker.Run(task with { Attempt = 2, IsDoubtful = true });
        (again.Kind, again.Result, runs).ShouldBe((TaskOutcomeKind.Completed, null, 1));
    }

    [Fact]
    public async Task A_completion_that_is_rolled_back_completes_nothing()
    {
        await using var source = NpgsqlDataSource.Create(worker.Platform.Database.ConnectionString);
        var task = WorkerRig.Scripted(async context =>
        {
            await using var connection = await source.OpenConnectionAsync();
            await using var transaction = await connection.BeginTransactionAsync();
            await context.Complete<object?>(transaction, 1);
            throw new InvalidOperationException("Before the commit.");
        });
        (await worker.Run(task)).Kind.ShouldBe(TaskOutcomeKind.Failed);
        (await worker.Run(task with { Attempt = 2, IsDoubtful = true })).Kind.ShouldBe(TaskOutcomeKind.Failed);
    }

    private static async Task<object?> Effect(NpgsqlDataSource source, TaskContext context, int run)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand($"INSERT INTO effects VALUES ({run})", connection, transaction);
        await insert.ExecuteNonQueryAsync();
        var result = new { run };
        await context.Complete(transaction, result);
        await transaction.CommitAsync();
        return result;
    }
}
