using System.Runtime.CompilerServices;

namespace Conformance;

[Alias("conformance.counter")]
internal interface ICounterGrain : IGrainWithStringKey
{
    [Alias("count")]
    IAsyncEnumerable<int> Count(int to, string? failure = null, CancellationToken token = default);

    [Alias("endless")]
    IAsyncEnumerable<int> CountWithoutEnd(string signal, CancellationToken token = default);
}

internal sealed class CounterGrain : Grain, ICounterGrain
{
    public async IAsyncEnumerable<int> Count(int to, string? failure, [EnumeratorCancellation] CancellationToken token)
    {
        for (var i = 1; i <= to; i++)
        {
            await Task.Yield();
            yield return i;
        }

        if (failure is not null)
        {
            throw new InvalidOperationException(failure);
        }
    }

    public async IAsyncEnumerable<int> CountWithoutEnd(string signal, [EnumeratorCancellation] CancellationToken token)
    {
        try
        {
            for (var i = 1; ; i++)
            {
                await Task.Yield();
                yield return i;
            }
        }
        finally
        {
            Signals.Give(signal);
        }
    }
}

[Collection(SharedCluster.Name)]
public sealed class EnumerationTests(SharedCluster shared)
{
    [Fact]
    public async Task A_grain_can_return_a_stream_of_items()
    {
        var items = new List<int>();
        await foreach (var item in shared.Grains.GetGrain<ICounterGrain>("counts").Count(250))
        {
            items.Add(item);
        }

        items.ShouldBe(Enumerable.Range(1, 250));
    }

    [Fact]
    public async Task What_the_enumeration_throws_comes_after_the_items()
    {
        var items = new List<int>();
        var exception = await Should.ThrowAsync<InvalidOperationException>(async () =>
        {
            await foreach (var item in shared.Grains.GetGrain<ICounterGrain>("fails").Count(3, "no four"))
            {
                items.Add(item);
            }
        });
        exception.Message.ShouldBe("no four");
        items.ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Breaking_off_ends_the_enumeration_in_the_grain()
    {
        await foreach (var item in shared.Grains.GetGrain<ICounterGrain>("endless").CountWithoutEnd("enumeration ended"))
        {
            if (item == 10)
            {
                break;
            }
        }

        await Signals.Named("enumeration ended").Task.Within("the grain's finally block");
    }
}
