using System.Threading.Channels;

namespace Orleans.Runtime;

/// <summary>
/// What a grain method that returns a stream gives its caller. The method's enumerator runs as a request of the activation, beside its
/// other calls as on Orleans, and stays at most a batch ahead of the caller.
/// </summary>
internal sealed class RemoteEnumerable<TArguments, TItem>(
    GrainProxy target, GrainMethod<TArguments, TItem> method, TArguments arguments, CancellationToken token) : IAsyncEnumerable<TItem>
{
    private const int Batch = 100;

    public async IAsyncEnumerator<TItem> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(token, cancellationToken);
        both.Token.ThrowIfCancellationRequested();
        var items = Channel.CreateBounded<TItem>(new BoundedChannelOptions(Batch) { SingleReader = true, SingleWriter = true });
        var sender = RuntimeContext.Current as Activation;
        (sender?.Silo ?? target.Origin).Cluster.Deliver(new Enumeration(items.Writer, method, arguments, both.Token)
        {
            Target = target.GrainId,
            From = sender?.Silo ?? target.Origin,
            Context = RequestContext.Values,
        });
        try
        {
            await foreach (var item in items.Reader.ReadAllAsync(both.Token))
            {
                yield return item;
            }
        }
        finally
        {
            // Also when the caller breaks off: the grain's own finally blocks run then.
            await both.CancelAsync();
        }
    }

    private sealed class Enumeration(
        ChannelWriter<TItem> items, GrainMethod<TArguments, TItem> method, TArguments arguments, CancellationToken token) : GrainRequest
    {
        internal override bool AlwaysInterleaves => true;

        internal override async Task RunAsync(Activation activation)
        {
            await using var death = activation.Silo.Died.UnsafeRegister(
                static items => ((ChannelWriter<TItem>)items!).TryComplete(new SiloUnavailableException("The target silo became unavailable.")), items);
            try
            {
                RequestContext.Values = Context;
                var stream = (IAsyncEnumerable<TItem>)method.Invoke(activation.GrainInstance!, arguments, token)!;
                await foreach (var item in stream.WithCancellation(token))
                {
                    await items.WriteAsync(item, token);
                }

                items.TryComplete();
            }
            catch (Exception exception)
            {
                items.TryComplete(exception);
            }
            finally
            {
                activation.Finished(this);
            }
        }

        internal override void Fail(Exception exception) => items.TryComplete(exception);
    }
}
