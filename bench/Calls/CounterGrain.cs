namespace Buildify.Bench.Calls;

internal sealed class CounterGrain : Grain, ICounterGrain
{
    private long _sum;

    public Task<long> Add(long number) => Task.FromResult(_sum += number);

    public async Task AddTo(long counter, int calls)
    {
        var other = GrainFactory.GetGrain<ICounterGrain>(counter);
        for (var call = 0; call < calls; call++) await other.Add(1);
    }
}
