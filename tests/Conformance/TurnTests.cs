using Orleans.Placement;

namespace Conformance;

[Alias("conformance.turns")]
internal interface ITurnGrain : IGrainWithStringKey
{
    [Alias("append")]
    Task<List<int>> Append(int number);

    [Alias("stop")]
    Task Stop(string signal);

    [Alias("increment")]
    Task Increment();

    [Alias("count")]
    Task<(int Count, int Most)> Count();

    [Alias("schedulers")]
    Task<string> Schedulers();

    [Alias("send")]
    Task<List<int>> Send(ITurnGrain other, int calls);

    [Alias("interleaved")]
    [AlwaysInterleave]
    Task Interleaved();
}

[PreferLocalPlacement]
internal sealed class TurnGrain : Grain, ITurnGrain
{
    private readonly List<int> _numbers = [];
    private int _count;
    private int _running;
    private int _most;

    public async Task<List<int>> Append(int number)
    {
        await Task.Yield();
        _numbers.Add(number);
        return [.. _numbers];
    }

    public Task Stop(string signal) => Signals.StopAt(signal);

    public Task Interleaved() => Task.CompletedTask;

    public async Task Increment()
    {
        var before = _count;
        _most = Math.Max(_most, Interlocked.Increment(ref _running));
        await Task.Yield();
        _count = before + 1;
        Interlocked.Decrement(ref _running);
    }

    /// <summary>The first call finds out where the other grain is. Orleans does not say in which order calls arrive that had to ask.</summary>
    public async Task<List<int>> Send(ITurnGrain other, int calls)
    {
        await other.Interleaved();
        return (await Task.WhenAll(Enumerable.Range(0, calls).Select(other.Append)))[^1];
    }

    public Task<(int Count, int Most)> Count() => Task.FromResult((_count, _most));

    public async Task<string> Schedulers()
    {
        var own = TaskScheduler.Current;
        var seen = new List<string> { own == TaskScheduler.Default ? "pool" : "grain" };
        await Task.Yield();
        seen.Add(TaskScheduler.Current == own ? "same" : "other");
        await Task.Run(() => seen.Add(TaskScheduler.Current == TaskScheduler.Default ? "pool" : "grain"));
        seen.Add(TaskScheduler.Current == own ? "same" : "other");
        await Task.Factory.StartNew(() => seen.Add(TaskScheduler.Current == own ? "same" : "other"));
        return string.Join(' ', seen);
    }
}

[Collection(SharedCluster.Name)]
public sealed class TurnTests(SharedCluster shared)
{
    [Fact]
    public async Task Calls_of_one_grain_to_another_that_it_knows_the_place_of_run_in_the_order_they_were_sent()
    {
        var other = shared.Grains.GetGrain<ITurnGrain>("order: other");
        (await shared.Grains.GetGrain<ITurnGrain>("order: one").Send(other, 200)).ShouldBe(Enumerable.Range(0, 200));
    }

    [Fact]
    public async Task A_call_waits_while_another_one_awaits()
    {
        var grain = shared.Grains.GetGrain<ITurnGrain>("waits");
        var first = grain.Stop("waits: first");
        await Signals.Reached("waits: first");
        var second = grain.Increment();

        // A call that may run beside others has been there and back, so the second one had its chance.
        await grain.Interleaved().Within("a call that interleaves");
        second.IsCompleted.ShouldBeFalse();

        Signals.Pass("waits: first");
        await Task.WhenAll(first, second).Within("both calls");
    }

    [Fact]
    public async Task Of_a_thousand_calls_sent_at_once_never_two_run_at_once()
    {
        var grain = shared.Grains.GetGrain<ITurnGrain>("thousand");
        await Task.WhenAll(Enumerable.Range(0, 1000).Select(_ => grain.Increment())).Within("1000 calls");
        (await grain.Count()).ShouldBe((1000, 1));
    }

    [Fact]
    public async Task A_grain_s_code_comes_back_to_its_scheduler_and_Task_Run_leaves_it() =>
        (await shared.Grains.GetGrain<ITurnGrain>("schedulers").Schedulers()).ShouldBe("grain same pool same same");
}
