namespace Buildify.Bench.Calls;

/// <summary>The least that a grain with a state in memory can be.</summary>
[Alias("bench.counter")]
public interface ICounterGrain : IGrainWithIntegerKey
{
    [Alias("Add")]
    Task<long> Add(long number);

    /// <summary>Adds to another counter, one call after the other: calls from grain to grain.</summary>
    [Alias("AddTo")]
    Task AddTo(long counter, int calls);
}
