using Buildify.Tasks;
using Buildify.Worker.Execution;
using Buildify.Worker.Fakes;

namespace Buildify.Worker.Queues;

public sealed class QueuePumpTests : IDisposable
{
    private readonly WorkerRig _rig = new();
    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task Every_task_runs_once_and_is_reported()
    {
        const int Count = 5_000;
        _rig.Queue.Add(Enumerable.Range(0, Count).Select(_ => WorkerRig.Assignment("core.echo")));
        _rig.Pump();
        await _rig.Queue.Until(queue => queue.Outcomes.Length == Count);
        _rig.Queue.Reports.ShouldBe(Count);
        _rig.Queue.Outcomes.ShouldAllBe(outcome => outcome.Kind == TaskOutcomeKind.Succeeded);
        _rig.Queue.BiggestReport.ShouldBeLessThanOrEqualTo(QueuePump.MostOutcomes);
        _rig.Queue.BiggestCapacity.ShouldBeLessThanOrEqualTo(TaskSlots.MaxPrefetch + _rig.Slots.Count);
    }

    [Fact]
    public async Task A_report_whose_answer_is_lost_is_handed_in_again()
    {
        _rig.Queue.LostReports = 2;
        _rig.Queue.Add(WorkerRig.Assignment("core.echo"));
        var pump = _rig.Pump();
        await pump.Held.ReportedOnce(_rig.Queue);
        _rig.Queue.Reports.ShouldBe(3);
        _rig.Queue.Outcomes.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_pull_whose_answer_is_lost_makes_it_attach_with_what_it_has()
    {
        _rig.Queue.Add(Blocked());
        _rig.Pump();
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        _rig.Queue.LostPulls = 1;
        _rig.Queue.Add(WorkerRig.Assignment("core.echo"));
        await _rig.Queue.Until(queue => queue.Attachments.Length == 2 && queue.Outcomes.Length == 1);
        _rig.Queue.Attachments[1].Length.ShouldBe(1);
        _go.SetResult();
    }

    [Fact]
    public async Task An_owner_that_forgot_it_is_told_what_runs_and_gets_the_outcome_in_its_own_epoch()
    {
        var task = Blocked();
        _rig.Queue.Add(task);
        _rig.Pump();
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        _rig.Queue.Forget();
        await _rig.Queue.Until(queue => queue.Attachments.Length == 2);
        var held = _rig.Queue.Attachments[1].ShouldHaveSingleItem();
        (held.Id, held.Attempt).ShouldBe((task.Id, task.Attempt));

        _go.SetResult();
        await _rig.Queue.Until(queue => queue.Outcomes.Length == 1);
    }

    [Fact]
    public async Task Outcomes_of_an_outage_wait_and_count_as_held()
    {
        _rig.Queue.Add(Blocked());
        var pump = _rig.Pump();
        await _begun.Task.WaitAsync(WorkerRig.Patience);
        _rig.Queue.IsAway = true;
        _go.SetResult();
        await Testing.Eventually.Succeeds(() =>
        {
            pump.Held.Unreported.ShouldBe(1);
            return Task.CompletedTask;
        });
        pump.Held.All(_rig.Time.GetUtcNow()).Length.ShouldBe(1);
        _rig.Queue.Reports.ShouldBe(0);

        _rig.Queue.IsAway = false;
        await _rig.Queue.Until(queue => queue.Outcomes.Length == 1);
    }

    [Fact]
    public async Task A_cancelled_task_s_token_fires_and_it_is_reported_as_cancelled()
    {
        var begun = new TaskCompletionSource();
        var task = WorkerRig.Scripted(async context =>
        {
            begun.SetResult();
            return await new TaskCompletionSource<object?>().Task.WaitAsync(context.Cancellation);
        });
        _rig.Queue.Add(task);
        _rig.Pump();
        await begun.Task.WaitAsync(WorkerRig.Patience);
        _rig.Queue.Cancelled = [task.Id];
        await _rig.Queue.Until(queue => queue.Outcomes.Any(outcome => outcome.Kind == TaskOutcomeKind.Cancelled));
    }

    [Fact]
    public async Task Progress_goes_with_the_beat()
    {
        var task = WorkerRig.Scripted(async context =>
        {
            context.Report(0.4, "page 3 of 8");
            await _go.Task;
            return null;
        });
        _rig.Queue.Add(task);
        _rig.Pump();
        await _rig.Queue.Until(queue => queue.Progress.ContainsKey(task.Id));
        _rig.Queue.Progress[task.Id].ShouldBe(new TaskProgress(0.4, "page 3 of 8"));
        _go.SetResult();
    }

    [Theory]
    [InlineData(100, false, 10, 1, 10)]
    [InlineData(100, true, 10, 2, 50)]
    [InlineData(3, false, 10, 0, 1)]
    [InlineData(100, false, 1, 0, 100)]
    public void An_idle_partition_waits_with_a_small_part_and_busy_ones_share_the_room(int room, bool isBusy, int all, int busy, int expected) =>
        Shares.Of(room, isBusy, all, busy).ShouldBe(expected);

    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private TaskAssignment Blocked() => WorkerRig.Scripted(async _ =>
    {
        _begun.SetResult();
        await _go.Task;
        return null;
    });
}

internal static class HeldTasksWaiting
{
    /// <summary>Done when the first outcome is confirmed.</summary>
    public static async Task ReportedOnce(this HeldTasks held, FakeQueue queue)
    {
        await queue.Until(known => known.Reports > 0);
        await held.Reported().WaitAsync(WorkerRig.Patience);
    }
}
