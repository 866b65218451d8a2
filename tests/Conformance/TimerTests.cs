namespace Conformance;

[Alias("conformance.timer")]
internal interface ITimerGrain : IGrainWithStringKey
{
    [Alias("start")]
    Task Start(string signal, bool interleaves);

    [Alias("ticks")]
    Task<int> Ticks();

    [Alias("hold")]
    Task Hold(string signal);

    [Alias("stop")]
    Task Stop();

    [Alias("change")]
    Task Change();

    [Alias("outside")]
    Task StartOutsideTheTurn();

    [Alias("end")]
    Task End();

    [Alias("failing")]
    Task StartFailing(string signal);
}

internal sealed class TimerGrain : Grain, ITimerGrain
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(10);
    private IGrainTimer? _timer;
    private int _ticks;
    private bool _isHeld;

    public Task Start(string signal, bool interleaves)
    {
        _timer = this.RegisterGrainTimer(
            async stop =>
            {
                if (_isHeld)
                {
                    Signals.Give(signal + ": ticked while held");
                }

                await Task.Yield();
                if (++_ticks >= 3)
                {
                    Signals.Give(signal);
                }

                stop.Register(() => Signals.Give(signal + ": stopped"));
            },
            new GrainTimerCreationOptions(Soon, Soon) { Interleave = interleaves });
        return Task.CompletedTask;
    }

    public Task StartFailing(string signal)
    {
        _timer = this.RegisterGrainTimer(
            () => ++_ticks < 3 ? throw new InvalidOperationException("a tick that fails") : Task.Run(() => Signals.Give(signal)), Soon, Soon);
        return Task.CompletedTask;
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public async Task Hold(string signal)
    {
        _isHeld = true;
        await Signals.StopAt(signal);
        _isHeld = false;
    }

    public Task Stop()
    {
        _timer!.Dispose();
        return Task.CompletedTask;
    }

    public Task Change()
    {
        _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return Task.CompletedTask;
    }

    public Task StartOutsideTheTurn() => Task.Run(() => this.RegisterGrainTimer(() => Task.CompletedTask, Soon, Soon));

    public Task End()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

[Collection(SharedCluster.Name)]
public sealed class TimerTests(SharedCluster shared)
{
    [Fact]
    public async Task A_timer_ticks_until_it_is_disposed_of()
    {
        await Grain("ticks").Start("ticks", interleaves: false);
        await Signals.Named("ticks").Task.Within("three ticks");
        await Grain("ticks").Stop();
        var ticks = await Grain("ticks").Ticks();
        await Signals.Named("ticks: stopped").Task.Within("the tick's token");

        // A second timer of the same period ticks three times meanwhile.
        await Grain("ticks beside").Start("ticks beside", interleaves: false);
        await Signals.Named("ticks beside").Task.Within("three ticks beside");
        (await Grain("ticks").Ticks()).ShouldBe(ticks);
    }

    [Fact]
    public async Task A_tick_waits_while_a_call_awaits()
    {
        var grain = Grain("waits for a call");
        await grain.Start("waits for a call", interleaves: false);
        await Signals.Named("waits for a call").Task.Within("three ticks");
        var call = grain.Hold("timer held");
        await Signals.Reached("timer held");

        // A second timer of the same period ticks three times meanwhile.
        await Grain("while it is held").Start("while it is held", interleaves: false);
        await Signals.Named("while it is held").Task.Within("three ticks beside");
        Signals.Named("waits for a call: ticked while held").Task.IsCompleted.ShouldBeFalse();
        Signals.Pass("timer held");
        await call;
    }

    [Fact]
    public async Task A_tick_that_interleaves_runs_while_a_call_awaits()
    {
        var grain = Grain("interleaves");
        await grain.Start("timer interleaves", interleaves: true);
        var call = grain.Hold("held for the interleaving timer");
        await Signals.Reached("held for the interleaving timer");
        await Signals.Named("timer interleaves: ticked while held").Task.Within("a tick meanwhile");
        Signals.Pass("held for the interleaving timer");
        await call;
    }

    [Fact]
    public async Task A_tick_that_throws_does_not_stop_the_timer()
    {
        await Grain("fails").StartFailing("timer fails");
        await Signals.Named("timer fails").Task.Within("the third tick");
    }

    [Fact]
    public async Task A_timer_ends_with_its_activation_and_its_token_fires()
    {
        await Grain("ends").Start("timer ends", interleaves: false);
        await Signals.Named("timer ends").Task.Within("three ticks");
        await Grain("ends").End();
        await Signals.Named("timer ends: stopped").Task.Within("the tick's token");
        (await Grain("ends").Ticks()).ShouldBe(0);
    }

    [Fact]
    public async Task A_timer_that_was_changed_to_never_does_not_tick()
    {
        await Grain("changed").Start("timer changed", interleaves: false);
        await Signals.Named("timer changed").Task.Within("three ticks");
        await Grain("changed").Change();
        var ticks = await Grain("changed").Ticks();
        await Grain("beside the changed").Start("beside the changed", interleaves: false);
        await Signals.Named("beside the changed").Task.Within("three ticks beside");
        (await Grain("changed").Ticks()).ShouldBe(ticks);
    }

    [Fact]
    public async Task A_timer_cannot_be_started_outside_the_grain_s_turns() =>
        await Should.ThrowAsync<InvalidOperationException>(Grain("outside").StartOutsideTheTurn());

    private ITimerGrain Grain(string key) => shared.Grains.GetGrain<ITimerGrain>("timer: " + key);
}
