using Orleans.Runtime;

namespace Orleans
{
    /// <summary>A grain interface. Its methods return <c>Task</c>, <c>ValueTask</c>, an <c>IAsyncEnumerable</c>, or, one way, nothing.</summary>
    public interface IGrain : IAddressable;

    /// <summary>A grain whose key is a string.</summary>
    public interface IGrainWithStringKey : IGrain;

    /// <summary>A grain whose key is a 64-bit integer.</summary>
    public interface IGrainWithIntegerKey : IGrain;

    /// <summary>A grain whose key is a GUID.</summary>
    public interface IGrainWithGuidKey : IGrain;
}

namespace Orleans.Runtime
{
    /// <summary>What a call can be addressed to.</summary>
    public interface IAddressable;
}
