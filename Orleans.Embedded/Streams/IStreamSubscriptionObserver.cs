using Orleans.Runtime;

namespace Orleans.Streams.Core;

/// <summary>On a grain that subscribes implicitly: asked for a handler when the first item of a stream comes.</summary>
public interface IStreamSubscriptionObserver
{
    Task OnSubscribed(IStreamSubscriptionHandleFactory handleFactory);
}

/// <summary>Makes the handle, once the grain knows the type of the items.</summary>
public interface IStreamSubscriptionHandleFactory
{
    StreamId StreamId { get; }

    string ProviderName { get; }

    StreamSubscriptionHandle<T> Create<T>();
}
