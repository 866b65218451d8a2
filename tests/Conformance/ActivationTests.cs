using System.Collections.Concurrent;

namespace Conformance;

[Alias("conformance.activation")]
internal interface IActivationGrain : IGrainWithStringKey
{
    [Alias("number")]
    Task<int> Number();
}

internal interface IConstructorGrain : IActivationGrain;

internal interface ISlowActivationGrain : IActivationGrain;

internal interface IHastyGrain : IActivationGrain;

internal abstract class ActivationGrain : Grain, IActivationGrain
{
    private static readonly ConcurrentDictionary<string, int> Numbers = new();

    protected int Own { get; set; }

    protected static int Next(string key) => Numbers.AddOrUpdate(key, 1, (_, n) => n + 1);

    public Task<int> Number() => Task.FromResult(Own);
}

internal sealed class FirstFailingGrain : ActivationGrain, IActivationGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        Own = Next(IdentityString);
        return Own == 1 ? throw new OwnException("not at first", 7) : Task.CompletedTask;
    }
}

internal sealed class ConstructorGrain : ActivationGrain, IConstructorGrain
{
    public ConstructorGrain()
    {
        Own = Next(IdentityString);
        if (Own == 1)
        {
            throw new OwnException("not constructed", 8);
        }
    }
}

internal sealed class SlowActivationGrain : ActivationGrain, ISlowActivationGrain
{
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        await Signals.StopAt(this.GetPrimaryKeyString());
        if (!Signals.Named(this.GetPrimaryKeyString() + " recovered").Task.IsCompleted)
        {
            throw new OwnException("not after all", 9);
        }
    }
}

internal sealed class HastyGrain : ActivationGrain, IHastyGrain
{
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}

[Collection(SharedCluster.Name)]
public sealed class ActivationTests(SharedCluster shared)
{
    [Fact]
    public async Task A_caller_gets_what_the_activation_threw_and_the_next_call_activates_anew()
    {
        var grain = shared.Grains.GetGrain<IActivationGrain>("fails first", "Conformance.FirstFailing");
        var exception = (await Record.ExceptionAsync(() => grain.Number().Within("the failure"))).ShouldBeOfType<OwnException>();
        exception.Message.ShouldBe("not at first");
        exception.Code.ShouldBe(7);
        (await grain.Number().Within("the second activation")).ShouldBe(2);
    }

    [Fact]
    public async Task A_caller_gets_what_the_constructor_threw_as_the_cause_and_the_next_call_constructs_anew()
    {
        var grain = shared.Grains.GetGrain<IConstructorGrain>("constructor");
        var exception = await Should.ThrowAsync<InvalidOperationException>(grain.Number().Within("the failure"));
        exception.Message.ShouldBe("Failed to create an instance of grain type 'Conformance.ConstructorGrain'. See InnerException for details.");
        exception.InnerException.ShouldBeOfType<OwnException>().Message.ShouldBe("not constructed");
        (await grain.Number().Within("the second activation")).ShouldBe(2);
    }

    [Fact]
    public async Task Every_call_that_waited_for_a_failed_activation_fails_with_it()
    {
        var grain = shared.Grains.GetGrain<ISlowActivationGrain>("slow");
        var calls = Enumerable.Range(0, 5).Select(_ => grain.Number()).ToArray();
        await Signals.Reached("slow");
        Signals.Pass("slow");
        foreach (var call in calls)
        {
            (await Should.ThrowAsync<OwnException>(call.Within("a failure"))).Message.ShouldBe("not after all");
        }

        Signals.Give("slow recovered");
        (await grain.Number().Within("an activation that succeeds")).ShouldBe(0);
    }

    [Fact]
    public async Task A_grain_that_ends_as_soon_as_it_starts_does_not_keep_its_caller_for_ever() =>
        await Should.ThrowAsync<OrleansMessageRejectionException>(
            shared.Grains.GetGrain<IHastyGrain>("hasty").Number().Within("the rejection"));
}
