namespace Conformance;

[Alias("conformance.chain")]
internal interface IChainGrain : IGrainWithStringKey
{
    /// <summary>Calls the other grain, which calls back.</summary>
    [Alias("round")]
    Task<string> Round(IChainGrain other, ChainRule rule);

    [Alias("back")]
    [ResponseTimeout("00:00:02")]
    Task<string> CallBack(IChainGrain origin, ChainRule rule);

    [Alias("end")]
    [ResponseTimeout("00:00:01")]
    Task<string> End();

    [Alias("self")]
    Task<string> CallItself();
}

[GenerateSerializer]
internal enum ChainRule
{
    Default,
    Allowed,
    SuppressedOnTheWay,
}

internal sealed class ChainGrain : Grain, IChainGrain
{
    public async Task<string> Round(IChainGrain other, ChainRule rule)
    {
        if (rule == ChainRule.Default)
        {
            return await other.CallBack(this.AsReference<IChainGrain>(), rule);
        }

        using (RequestContext.AllowCallChainReentrancy())
        {
            return await other.CallBack(this.AsReference<IChainGrain>(), rule);
        }
    }

    public async Task<string> CallBack(IChainGrain origin, ChainRule rule)
    {
        if (rule != ChainRule.SuppressedOnTheWay)
        {
            return await origin.End();
        }

        using (RequestContext.SuppressCallChainReentrancy())
        {
            return await origin.End();
        }
    }

    public Task<string> End() => Task.FromResult("came back");

    public async Task<string> CallItself()
    {
        using (RequestContext.AllowCallChainReentrancy())
        {
            return await this.AsReference<IChainGrain>().End();
        }
    }
}

[Collection(SharedCluster.Name)]
public sealed class CallChainTests(SharedCluster shared)
{
    [Fact]
    public async Task A_chain_that_comes_back_times_out_by_default() =>
        await Should.ThrowAsync<TimeoutException>(Round("default", ChainRule.Default));

    [Fact]
    public async Task A_chain_may_come_back_where_the_grain_allowed_it() => (await Round("allowed", ChainRule.Allowed)).ShouldBe("came back");

    [Fact]
    public async Task A_grain_on_the_way_can_forbid_what_an_earlier_one_allowed() =>
        await Should.ThrowAsync<TimeoutException>(Round("suppressed", ChainRule.SuppressedOnTheWay));

    [Fact]
    public async Task A_grain_may_call_itself_where_it_allowed_it() =>
        (await shared.Grains.GetGrain<IChainGrain>("self").CallItself().Within("a call to itself")).ShouldBe("came back");

    private Task<string> Round(string key, ChainRule rule) => shared.Grains.GetGrain<IChainGrain>(key)
        .Round(shared.Grains.GetGrain<IChainGrain>(key + "'s other"), rule).Within("the round");
}
