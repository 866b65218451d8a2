namespace Conformance;

[Alias("conformance.late")]
internal interface ILateGrain : IGrainWithStringKey
{
    [Alias("stop")]
    [ResponseTimeout("00:00:00.300")]
    Task Stop(string signal);

    [Alias("late")]
    [ResponseTimeout("00:00:00.300")]
    Task Mark(string signal);

    [Alias("pass")]
    Task Pass();

    [Alias("always")]
    [AlwaysInterleave]
    Task Always();
}

internal sealed class LateGrain : Grain, ILateGrain
{
    public async Task Stop(string signal)
    {
        await Signals.StopAt(signal);
        Signals.Give(signal + ": went on");
    }

    public Task Mark(string signal)
    {
        Signals.Give(signal);
        return Task.CompletedTask;
    }

    public Task Pass() => Task.CompletedTask;

    public Task Always() => Task.CompletedTask;
}

[Collection(SharedCluster.Name)]
public sealed class TimeoutTests(SharedCluster shared)
{
    [Fact]
    public async Task A_call_that_takes_too_long_ends_for_its_caller_and_goes_on_in_the_grain()
    {
        var grain = shared.Grains.GetGrain<ILateGrain>("goes on");
        var exception = await Should.ThrowAsync<TimeoutException>(grain.Stop("goes on").Within("the time-out"));
        exception.Message.ShouldStartWith("Response did not arrive on time in 00:00:00.3000000 for message: ");

        var next = grain.Pass();
        await grain.Always().Within("a call beside the late one");
        next.IsCompleted.ShouldBeFalse();
        Signals.Pass("goes on");
        await Signals.Named("goes on: went on").Task.Within("the late call's end");
        await next.Within("the next call");
    }

    [Fact]
    public async Task A_call_that_timed_out_while_it_waited_never_runs()
    {
        var grain = shared.Grains.GetGrain<ILateGrain>("never");
        var first = grain.Stop("never: first");
        await Signals.Reached("never: first");
        await Should.ThrowAsync<TimeoutException>(grain.Mark("never: second").Within("the second's time-out"));
        await Should.ThrowAsync<TimeoutException>(first);

        Signals.Pass("never: first");
        await grain.Pass().Within("the next call");
        Signals.Named("never: second").Task.IsCompleted.ShouldBeFalse();
    }
}
