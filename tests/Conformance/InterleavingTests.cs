using Orleans.Serialization.Invocation;

namespace Conformance;

[Alias("conformance.stops")]
internal interface IStopGrain : IGrainWithStringKey
{
    [Alias("stop")]
    Task Stop(string signal);

    [Alias("pass")]
    Task Pass();

    [Alias("always")]
    [AlwaysInterleave]
    Task Always();

    [Alias("read")]
    [ReadOnly]
    Task Read(string? signal);
}

internal interface IReentrantGrain : IStopGrain;

internal interface IChoosyGrain : IStopGrain;

internal interface IPlainGrain : IStopGrain;

internal abstract class StopGrain : Grain, IStopGrain
{
    public Task Stop(string signal) => Signals.StopAt(signal);

    public Task Pass() => Task.CompletedTask;

    public Task Always() => Task.CompletedTask;

    public Task Read(string? signal) => signal is null ? Task.CompletedTask : Signals.StopAt(signal);
}

internal sealed class PlainGrain : StopGrain, IPlainGrain;

[Reentrant]
internal sealed class ReentrantGrain : StopGrain, IReentrantGrain;

[MayInterleave(nameof(MayInterleave))]
internal sealed class ChoosyGrain : StopGrain, IChoosyGrain
{
    public static bool MayInterleave(IInvokable request) => request.GetMethodName() == nameof(Pass);
}

[Collection(SharedCluster.Name)]
public sealed class InterleavingTests(SharedCluster shared)
{
    [Fact]
    public async Task A_reentrant_grain_runs_a_call_while_another_awaits()
    {
        var (grain, first) = await Stopped<IReentrantGrain>("reentrant");
        await grain.Pass().Within("a call beside the first");
        await End(first, "reentrant");
    }

    [Fact]
    public async Task A_call_that_always_interleaves_runs_while_another_awaits()
    {
        var (grain, first) = await Stopped<IPlainGrain>("always");
        await grain.Always().Within("a call beside the first");
        await End(first, "always");
    }

    [Fact]
    public async Task A_call_that_the_grain_s_predicate_allows_runs_while_another_awaits()
    {
        var (grain, first) = await Stopped<IChoosyGrain>("choosy");
        await grain.Pass().Within("a call beside the first");
        var refused = grain.Stop("choosy: refused");
        await grain.Pass().Within("another call beside the first");
        Signals.IsReached("choosy: refused").ShouldBeFalse();
        Signals.Pass("choosy: refused");
        await End(first, "choosy");
        await refused.Within("the call that was refused");
    }

    [Fact]
    public async Task Two_read_only_calls_run_beside_one_another()
    {
        var grain = shared.Grains.GetGrain<IPlainGrain>("readers");
        var first = grain.Read("readers: first");
        await Signals.Reached("readers: first");
        await grain.Read(null).Within("a reader beside the first");
        Signals.Pass("readers: first");
        await first.Within("the first reader");
    }

    [Fact]
    public async Task A_read_only_call_waits_for_one_that_is_not()
    {
        var (grain, first) = await Stopped<IPlainGrain>("writer");
        var reader = grain.Read(null);
        await grain.Always().Within("a call beside both");
        reader.IsCompleted.ShouldBeFalse();
        await End(first, "writer");
        await reader.Within("the reader");
    }

    [Fact]
    public async Task A_call_that_is_not_read_only_waits_for_one_that_is()
    {
        var grain = shared.Grains.GetGrain<IPlainGrain>("reader first");
        var reader = grain.Read("reader first");
        await Signals.Reached("reader first");
        var writer = grain.Pass();
        await grain.Always().Within("a call beside both");
        writer.IsCompleted.ShouldBeFalse();
        await End(reader, "reader first");
        await writer.Within("the writer");
    }

    [Fact]
    public async Task A_call_runs_beside_one_that_always_interleaves_and_came_first()
    {
        var grain = shared.Grains.GetGrain<IInterleavingFirstGrain>("first");
        var first = grain.Wait("interleaving first");
        await Signals.Reached("interleaving first");
        await grain.Pass().Within("an ordinary call");
        await End(first, "interleaving first");
    }

    private async Task<(T Grain, Task First)> Stopped<T>(string key)
        where T : IStopGrain
    {
        var grain = shared.Grains.GetGrain<T>(key);
        var first = grain.Stop(key);
        await Signals.Reached(key);
        return (grain, first);
    }

    private static async Task End(Task call, string signal)
    {
        Signals.Pass(signal);
        await call.Within($"the call that stopped at {signal}");
    }
}

[Alias("conformance.interleaving-first")]
internal interface IInterleavingFirstGrain : IGrainWithStringKey
{
    [Alias("wait")]
    [AlwaysInterleave]
    Task Wait(string signal);

    [Alias("pass")]
    Task Pass();
}

internal sealed class InterleavingFirstGrain : Grain, IInterleavingFirstGrain
{
    public Task Wait(string signal) => Signals.StopAt(signal);

    public Task Pass() => Task.CompletedTask;
}
