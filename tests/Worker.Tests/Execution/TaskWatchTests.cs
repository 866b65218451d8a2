using Buildify.Tasks;
using Buildify.Worker.Fakes;

namespace Buildify.Worker.Execution;

public sealed class TaskWatchTests : IDisposable
{
    private static readonly TimeSpan Soft = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Hard = TimeSpan.FromSeconds(70);

    private readonly WorkerRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_handler_that_heeds_its_token_fails_by_time_out()
    {
        await Begun(async (context, _) => await new TaskCompletionSource<object?>().Task.WaitAsync(context.Cancellation));
        _rig.Time.Advance(Soft - TimeSpan.FromSeconds(1));
        _rig.Watch.Look();
        _rig.Held.Unreported.ShouldBe(0);

        _rig.Time.Advance(TimeSpan.FromSeconds(1));
        _rig.Watch.Look();
        var outcome = await _rig.Outcome();
        (outcome.Kind, outcome.Error!.Type).ShouldBe((TaskOutcomeKind.Failed, "timeout"));
    }

    [Fact]
    public async Task A_token_asked_for_after_the_time_is_up_is_cancelled_already()
    {
        await Begun(async (context, go) =>
        {
            await go;
            context.Cancellation.ThrowIfCancellationRequested();
            return null;
        });
        _rig.Time.Advance(Soft);
        _rig.Watch.Look();
        _go.SetResult();
        (await _rig.Outcome()).Error!.Type.ShouldBe("timeout");
    }

    [Fact]
    public async Task A_handler_that_ends_well_after_its_time_has_succeeded()
    {
        await Begun(async (_, go) =>
        {
            await go;
            return 1;
        });
        _rig.Time.Advance(Soft);
        _rig.Watch.Look();
        _go.SetResult();
        (await _rig.Outcome()).Kind.ShouldBe(TaskOutcomeKind.Succeeded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_handler_that_never_returns_is_given_up_and_its_slot_goes_to_others(bool blocks)
    {
        for (var slot = 0; slot < _rig.Slots.Count; slot++)
        {
            await Begun(async (_, go) =>
            {
                if (blocks) go.Wait(CancellationToken.None);
                else await go;
                return null;
            });
        }
        _rig.Start(WorkerRig.Scripted(_ => Task.FromResult<object?>("next")));
        _rig.Slots.Busy.ShouldBe(_rig.Slots.Count);

        _rig.Time.Advance(Hard);
        _rig.Watch.Look();
        var outcomes = new List<TaskOutcome>();
        // The one behind them has waited longer than a second by then, and is handed back: it is given again.
        for (var slot = 0; slot < _rig.Slots.Count; slot++) outcomes.Add(await _rig.Outcome());
        outcomes.Count(outcome => outcome.Error?.Type == "hard_limit").ShouldBeGreaterThanOrEqualTo(_rig.Slots.Count - 1);

        _rig.Start(WorkerRig.Scripted(_ => Task.FromResult<object?>("next")));
        TaskOutcome last;
        do last = await _rig.Outcome();
        while (last.Result != "\"next\"");
        _go.SetResult();
    }

    [Fact]
    public async Task The_end_of_one_that_was_given_up_is_not_reported()
    {
        await Begun(async (_, go) =>
        {
            await go;
            return 1;
        });
        _rig.Time.Advance(Hard);
        _rig.Watch.Look();
        (await _rig.Outcome()).Error!.Type.ShouldBe("hard_limit");
        _go.SetResult();
        (await _rig.Run(_ => Task.FromResult<object?>(2))).Result.ShouldBe("2");
        _rig.Held.Unreported.ShouldBe(0);
    }

    [Fact]
    public async Task What_has_waited_a_second_for_a_slot_is_handed_back_and_does_not_run()
    {
        for (var slot = 0; slot < _rig.Slots.Count; slot++) await Begun(async (_, go) =>
        {
            await go;
            return null;
        });
        var ran = false;
        var waiting = _rig.Start(WorkerRig.Scripted(_ => Task.FromResult<object?>(ran = true)));
        _rig.Watch.Look();
        _rig.Held.Unreported.ShouldBe(0);

        _rig.Time.Advance(TaskWatch.LongestWait);
        _rig.Watch.Look();
        var outcome = await _rig.Outcome();
        (outcome.Id, outcome.Kind).ShouldBe((waiting.Id, TaskOutcomeKind.Released));
        _go.SetResult();
        for (var slot = 0; slot < _rig.Slots.Count; slot++) await _rig.Outcome();
        ran.ShouldBeFalse();
    }

    private readonly TaskCompletionSource _go = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task Begun(Func<TaskContext, Task, Task<object?>> script)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _rig.Start(WorkerRig.Scripted(context =>
        {
            begun.SetResult();
            return script(context, _go.Task);
        }));
        await begun.Task.WaitAsync(WorkerRig.Patience);
    }
}
