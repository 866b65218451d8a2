namespace Conformance;

[Alias("conformance.ending")]
internal interface IEndingGrain : IGrainWithStringKey
{
    [Alias("id")]
    Task<string> Activation();

    [Alias("end")]
    Task<string> End(string? signal);

    [Alias("append")]
    Task<(string Activation, int Number)> Append(int number);

    [Alias("keep")]
    Task Keep(TimeSpan time);
}

internal sealed class EndingGrain : Grain, IEndingGrain
{
    private readonly string _activation = Guid.NewGuid().ToString();

    public Task<string> Activation() => Task.FromResult(_activation);

    public async Task<string> End(string? signal)
    {
        DeactivateOnIdle();
        await (signal is null ? Task.Yield() : default);
        if (signal is not null)
        {
            await Signals.StopAt(signal);
        }

        return _activation;
    }

    public Task<(string Activation, int Number)> Append(int number) => Task.FromResult((_activation, number));

    public Task Keep(TimeSpan time)
    {
        DelayDeactivation(time);
        return Task.CompletedTask;
    }

    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Signals.Give($"{this.GetPrimaryKeyString()} ended: {reason.ReasonCode}");
        return this.GetPrimaryKeyString() == "ends badly" ? throw new InvalidOperationException("ends badly") : Task.CompletedTask;
    }
}

[Collection(SharedCluster.Name)]
public sealed class DeactivationTests(SharedCluster shared)
{
    [Fact]
    public async Task A_call_ends_in_the_activation_it_deactivated_and_the_next_one_has_a_new_one()
    {
        var grain = shared.Grains.GetGrain<IEndingGrain>("ends");
        var first = await grain.End(null).Within("the call that ends it");
        var second = await grain.Activation().Within("the next call");
        second.ShouldNotBe(first);
        await Signals.Named("ends ended: ApplicationRequested").Task.Within("OnDeactivateAsync");
    }

    [Fact]
    public async Task Calls_that_come_while_it_ends_run_in_order_in_the_next_activation()
    {
        var grain = shared.Grains.GetGrain<IEndingGrain>("ends late");
        var first = grain.End("ends late");
        await Signals.Reached("ends late");
        var finished = new List<int>();
        var calls = Enumerable.Range(0, 50).Select(async i =>
        {
            var (activation, number) = await grain.Append(i);
            lock (finished)
            {
                finished.Add(number);
            }

            return activation;
        }).ToArray();
        Signals.Pass("ends late");

        var old = await first.Within("the call that ends it");
        var next = await Task.WhenAll(calls).Within("the calls that waited");
        next.Distinct().ShouldHaveSingleItem().ShouldNotBe(old);
        finished.Count.ShouldBe(50);
    }

    [Fact]
    public async Task An_activation_ends_even_if_OnDeactivateAsync_throws()
    {
        var grain = shared.Grains.GetGrain<IEndingGrain>("ends badly");
        var first = await grain.End(null).Within("the call that ends it");
        (await grain.Activation().Within("the next call")).ShouldNotBe(first);
    }

    [Fact]
    public async Task An_idle_activation_is_collected_and_its_grain_is_told_why()
    {
        var grain = shared.Grains.GetGrain<IEndingGrain>("idle");
        var first = await grain.Activation();
        await shared.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero).Within("the collection");
        await Signals.Named("idle ended: ActivationIdle").Task.Within("OnDeactivateAsync");
        (await grain.Activation()).ShouldNotBe(first);
    }

    [Fact]
    public async Task An_activation_that_asked_for_a_delay_is_not_collected()
    {
        var grain = shared.Grains.GetGrain<IEndingGrain>("kept");
        await grain.Keep(TimeSpan.FromMinutes(10));
        var first = await grain.Activation();
        await shared.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero).Within("the collection");
        (await grain.Activation()).ShouldBe(first);
    }
}
