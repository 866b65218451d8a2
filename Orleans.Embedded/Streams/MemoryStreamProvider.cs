using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>Streams within the process. What was not delivered when the process ends is lost.</summary>
internal sealed class MemoryStreamProvider(string name, CallOrigin origin) : StreamProvider(name, origin)
{
    public override bool IsRewindable => false;

    public override Task Publish<T>(StreamId stream, IEnumerable<T> items)
    {
        var from = (RuntimeContext.Current as Activation)?.Silo ?? Origin;
        Hub.Publish(stream, [.. items.Select((item, i) => new StreamItem(item, Hub.NextToken(i), Name, from, RequestContext.Values))], Origin.Cluster);
        return Task.CompletedTask;
    }
}
