using Buildify.Tenants;
using Buildify.Testing;
using Buildify.Worker.Execution;
using Buildify.Worker.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Worker;

public sealed class TaskWorkerStopTests
{
    [Fact]
    public async Task A_silo_that_stops_waits_for_its_tasks_and_they_call_grains_until_they_end()
    {
        var worker = new WorkerFixture();
        await worker.InitializeAsync();
        var (begun, go) = (new TaskCompletionSource(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        var (slots, grains) = (worker.Services.GetRequiredService<TaskSlots>(), worker.Grains);
        var outcome = worker.Run(WorkerRig.Scripted(async _ =>
        {
            begun.SetResult();
            await go.Task;
            return await grains.GetGrain<ITenantGrain>(GrainKeys.Tenant("acme")).Get();
        }));
        await begun.Task.WaitAsync(WorkerRig.Patience);

        var stopped = worker.DisposeAsync();
        await Eventually.Succeeds(() => Task.Run(() => slots.IsDraining.ShouldBeTrue()));
        go.SetResult();
        (await outcome).Error.ShouldBeNull();
        await stopped.WaitAsync(WorkerRig.Patience);
    }

    [Fact]
    public async Task A_silo_stops_though_a_handler_never_ends()
    {
        var worker = new WorkerFixture();
        await worker.InitializeAsync("Worker:DrainSeconds");
        var begun = new TaskCompletionSource();
        var never = new TaskCompletionSource<object?>();
        var outcome = worker.Run(WorkerRig.Scripted(_ =>
        {
            begun.SetResult();
            return never.Task;
        }));
        await begun.Task.WaitAsync(WorkerRig.Patience);
        await worker.DisposeAsync().WaitAsync(WorkerRig.Patience);
        (await outcome).Kind.ShouldBe(Tasks.TaskOutcomeKind.Released);
    }
}
