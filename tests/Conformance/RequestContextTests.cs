namespace Conformance;

[Alias("conformance.context")]
internal interface IContextGrain : IGrainWithStringKey
{
    [Alias("read")]
    Task<string?> Read(string name);

    [Alias("read-through")]
    Task<string?> ReadThrough(IContextGrain other, string name);

    [Alias("write")]
    Task Write(string name, string value);

    [Alias("write-at-once")]
    Task WriteWithoutAwaiting(string name, string value);
}

internal sealed class ContextGrain : Grain, IContextGrain
{
    public async Task<string?> Read(string name)
    {
        await Task.Yield();
        return RequestContext.Get(name) as string;
    }

    public Task<string?> ReadThrough(IContextGrain other, string name) => other.Read(name);

    public async Task Write(string name, string value)
    {
        RequestContext.Set(name, value);
        await Task.Yield();
    }

    public Task WriteWithoutAwaiting(string name, string value)
    {
        RequestContext.Set(name, value);
        return Task.CompletedTask;
    }
}

[Collection(SharedCluster.Name)]
public sealed class RequestContextTests(SharedCluster shared)
{
    [Fact]
    public async Task A_callee_and_its_callee_see_the_caller_s_values()
    {
        RequestContext.Set("word", "hello");
        (await Grain("direct").Read("word")).ShouldBe("hello");
        (await Grain("first").ReadThrough(Grain("second"), "word")).ShouldBe("hello");
    }

    [Fact]
    public async Task What_a_callee_sets_its_caller_does_not_see()
    {
        RequestContext.Set("word", "mine");
        await Grain("writes").Write("word", "theirs");
        RequestContext.Get("word").ShouldBe("mine");
    }

    [Fact]
    public async Task What_one_call_sets_the_next_call_does_not_see()
    {
        var grain = Grain("leaks");
        await Task.WhenAll(grain.WriteWithoutAwaiting("leak", "x"), grain.Write("leak", "y"));
        (await grain.Read("leak")).ShouldBeNull();
    }

    [Fact]
    public async Task A_value_set_after_a_call_was_sent_is_not_in_it()
    {
        RequestContext.Set("when", "before");
        var call = Grain("late").Read("when");
        RequestContext.Set("when", "after");
        (await call).ShouldBe("before");
    }

    [Fact]
    public async Task A_value_that_was_removed_is_gone()
    {
        RequestContext.Set("gone", "x");
        RequestContext.Remove("gone").ShouldBeTrue();
        RequestContext.Remove("gone").ShouldBeFalse();
        (await Grain("gone").Read("gone")).ShouldBeNull();
    }

    private IContextGrain Grain(string key) => shared.Grains.GetGrain<IContextGrain>("context: " + key);
}
