using Buildify.Tenants;
using Buildify.Worker.Fakes;

namespace Buildify.Worker.Execution;

public sealed class TaskExecutorTests(WorkerFixture worker) : IClassFixture<WorkerFixture>
{
    [Fact]
    public async Task A_task_runs_in_a_turn_of_the_executor_grain()
    {
        var outcome = await worker.Run(WorkerRig.Scripted(async _ =>
        {
            await Task.Yield();
            return TaskScheduler.Current == TaskScheduler.Default ? "pool" : "turn";
        }));
        outcome.Result.ShouldBe("\"turn\"");
    }

    [Fact]
    public async Task A_handler_cannot_call_a_grain_of_another_tenant()
    {
        var outcome = await worker.Run(WorkerRig.Scripted(async _ => await Tenant("other").Get()));
        outcome.Error!.Type.ShouldBe("CrossTenantCallException");
    }

    [Fact]
    public async Task A_handler_calls_grains_of_its_own_tenant_and_the_platform_s_own_task_all()
    {
        (await worker.Run(WorkerRig.Scripted(async _ => await Tenant("acme").Get()))).Error.ShouldBeNull();
        (await worker.Run(WorkerRig.Scripted(async _ => await Tenant("other").Get()) with { Tenant = "" })).Error.ShouldBeNull();
    }

    private ITenantGrain Tenant(string id) => worker.Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(id));
}
