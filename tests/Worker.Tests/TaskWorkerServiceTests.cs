using Buildify.Tasks;
using Buildify.Worker.Fakes;

namespace Buildify.Worker;

public sealed class TaskWorkerServiceTests
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task A_worker_that_stops_lets_what_runs_end_reports_it_and_says_goodbye()
    {
        using var rig = new WorkerRig();
        await rig.Service.StartAsync(CancellationToken.None);
        rig.Queue.Add(Blocked());
        await _begun.Task.WaitAsync(WorkerRig.Patience);

        var stopped = rig.Service.StopAsync(CancellationToken.None);
        rig.Slots.IsDraining.ShouldBeTrue();
        stopped.IsCompleted.ShouldBeFalse();
        _go.SetResult();
        await stopped.WaitAsync(WorkerRig.Patience);
        rig.Queue.Outcomes.ShouldHaveSingleItem().Kind.ShouldBe(TaskOutcomeKind.Succeeded);
        rig.Queue.Detached.ShouldBe(1);
    }

    [Fact]
    public async Task What_comes_while_it_stops_is_handed_back()
    {
        using var rig = new WorkerRig();
        await rig.Service.StartAsync(CancellationToken.None);
        rig.Queue.Add(Blocked());
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        var stopped = rig.Service.StopAsync(CancellationToken.None);
        var late = WorkerRig.Scripted(_ => throw new InvalidOperationException("It ran."));
        rig.Queue.Add(late);
        await rig.Queue.Until(queue => queue.Outcomes.Any(outcome => outcome.Id == late.Id && outcome.Kind == TaskOutcomeKind.Released));
        _go.SetResult();
        await stopped.WaitAsync(WorkerRig.Patience);
    }

    [Fact]
    public async Task What_heeds_its_token_is_handed_back_when_the_grace_is_over()
    {
        using var rig = new WorkerRig(options => options.DrainSeconds = 0);
        await rig.Service.StartAsync(CancellationToken.None);
        rig.Queue.Add(WorkerRig.Scripted(async context =>
        {
            _begun.SetResult();
            return await new TaskCompletionSource<object?>().Task.WaitAsync(context.Cancellation);
        }));
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        await rig.Service.StopAsync(CancellationToken.None).WaitAsync(WorkerRig.Patience);
        rig.Queue.Outcomes.ShouldHaveSingleItem().Kind.ShouldBe(TaskOutcomeKind.Released);
    }

    [Fact]
    public async Task What_heeds_nothing_is_handed_back_and_the_worker_leaves()
    {
        using var rig = new WorkerRig(options => options.DrainSeconds = 0);
        await rig.Service.StartAsync(CancellationToken.None);
        rig.Queue.Add(Blocked());
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        await rig.Service.StopAsync(CancellationToken.None).WaitAsync(WorkerRig.Patience);
        rig.Queue.Outcomes.ShouldHaveSingleItem().Kind.ShouldBe(TaskOutcomeKind.Released);
        rig.Queue.Detached.ShouldBe(1);
        _go.SetResult();
    }

    [Fact]
    public async Task A_worker_whose_queue_is_away_stops_all_the_same()
    {
        using var rig = new WorkerRig();
        await rig.Service.StartAsync(CancellationToken.None);
        rig.Queue.Add(Blocked());
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        rig.Queue.IsAway = true;
        _go.SetResult();
        await rig.Service.StopAsync(CancellationToken.None).WaitAsync(WorkerRig.Patience);
    }

    [Fact]
    public async Task A_worker_that_is_killed_tells_nobody_anything()
    {
        using var rig = new WorkerRig();
        await rig.Service.StartAsync(CancellationToken.None);
        rig.Queue.Add(Blocked());
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        await rig.Service.StopAsync(new CancellationToken(canceled: true)).WaitAsync(WorkerRig.Patience);
        _go.SetResult();
        rig.Queue.Outcomes.ShouldBeEmpty();
        rig.Queue.Detached.ShouldBe(0);
    }

    private TaskAssignment Blocked() => WorkerRig.Scripted(async _ =>
    {
        _begun.SetResult();
        await _go.Task;
        return null;
    });
}
