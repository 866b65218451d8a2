namespace Orleans.Runtime;

/// <summary>A reference that can be called. The classes that <see cref="ProxyEmitter"/> writes derive from it, and call what is here.</summary>
internal abstract class GrainProxy : GrainReference
{
    private protected GrainProxy(CallOrigin origin, GrainId grainId, GrainInterfaceType interfaceType)
        : base(origin, grainId, interfaceType)
    {
    }

    internal Task SendTask<TArguments>(GrainMethod<TArguments, Nothing> method, TArguments arguments, CancellationToken token) =>
        NewCall(method, arguments, token).SendAsync();

    internal Task<TResult> SendTaskOf<TArguments, TResult>(
        GrainMethod<TArguments, TResult> method, TArguments arguments, CancellationToken token) =>
        NewCall(method, arguments, token).SendAsync();

    internal ValueTask SendValueTask<TArguments>(GrainMethod<TArguments, Nothing> method, TArguments arguments, CancellationToken token) =>
        new(NewCall(method, arguments, token).SendAsync());

    internal ValueTask<TResult> SendValueTaskOf<TArguments, TResult>(
        GrainMethod<TArguments, TResult> method, TArguments arguments, CancellationToken token) =>
        new(NewCall(method, arguments, token).SendAsync());

    internal void SendVoid<TArguments>(GrainMethod<TArguments, Nothing> method, TArguments arguments, CancellationToken token) =>
        _ = NewCall(method, arguments, token).SendAsync();

    internal IAsyncEnumerable<TItem> Enumerate<TArguments, TItem>(
        GrainMethod<TArguments, TItem> method, TArguments arguments, CancellationToken token) =>
        new RemoteEnumerable<TArguments, TItem>(this, method, arguments, token);

    /// <summary>A call made in a grain's turn is that grain's and goes out through its silo, whoever made the reference.</summary>
    private GrainCall<TArguments, TResult> NewCall<TArguments, TResult>(
        GrainMethod<TArguments, TResult> method, TArguments arguments, CancellationToken token)
    {
        var sender = RuntimeContext.Current as Activation;
        return new GrainCall<TArguments, TResult>(this, method, arguments, sender, sender?.Silo ?? Origin, token);
    }
}
