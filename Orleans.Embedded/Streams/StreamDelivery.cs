using Orleans.Runtime;

namespace Orleans.Streams;

/// <summary>One item as a turn of the grain that subscribed. It waits its turn as a call does.</summary>
internal sealed class StreamDelivery(StreamSubscription subscription, StreamItem item, Exception? error) : GrainRequest
{
    private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task Done => _done.Task;

    internal override async Task RunAsync(Activation activation)
    {
        try
        {
            RequestContext.Values = Context;
            if (await activation.Component<StreamHandlers>().FindAsync(subscription, item.Provider, activation) is { } handler)
            {
                await (error is null ? handler.OnNextAsync(item.Item, item.Token) : handler.OnErrorAsync(error));
            }

            _done.TrySetResult();
        }
        catch (Exception exception)
        {
            _done.TrySetException(exception);
        }
        finally
        {
            activation.Finished(this);
        }
    }

    internal override void Fail(Exception exception) => _done.TrySetException(exception);
}
