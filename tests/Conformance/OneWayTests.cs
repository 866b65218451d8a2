namespace Conformance;

[Alias("conformance.one-way")]
internal interface IOneWayGrain : IGrainWithStringKey
{
    [Alias("task")]
    [OneWay]
    Task Stop(string signal);

    [Alias("value-task")]
    [OneWay]
    ValueTask Mark(string signal);

    [Alias("fail")]
    [OneWay]
    Task Fail();

    [Alias("pass")]
    Task Pass();
}

internal sealed class OneWayGrain : Grain, IOneWayGrain
{
    public async Task Stop(string signal)
    {
        await Signals.StopAt(signal);
        Signals.Give(signal + ": went on");
    }

    public ValueTask Mark(string signal)
    {
        Signals.Give(signal);
        return default;
    }

    public Task Fail() => throw new InvalidOperationException("nobody hears this");

    public Task Pass() => Task.CompletedTask;
}

[Collection(SharedCluster.Name)]
public sealed class OneWayTests(SharedCluster shared)
{
    [Fact]
    public async Task The_caller_does_not_wait_for_a_one_way_call()
    {
        var grain = shared.Grains.GetGrain<IOneWayGrain>("does not wait");
        await grain.Stop("one way").Within("the call to be sent");
        await Signals.Reached("one way");
        Signals.Pass("one way");
        await Signals.Named("one way: went on").Task.Within("the call's end");
        await grain.Mark("one way, value task");
        await Signals.Named("one way, value task").Task.Within("the second call");
    }

    [Fact]
    public async Task A_one_way_call_that_fails_fails_nobody()
    {
        var grain = shared.Grains.GetGrain<IOneWayGrain>("fails");
        await grain.Fail();
        await grain.Pass().Within("the next call");
    }
}
