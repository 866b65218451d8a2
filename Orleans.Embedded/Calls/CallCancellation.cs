namespace Orleans.Runtime;

/// <summary>
/// The token of a call, in two halves. The caller's, when it fires, ends the call for the caller at once. The method has a token of its
/// own, which fires as a turn of its activation, so that what the grain registered on it runs as the grain's code does.
/// </summary>
#pragma warning disable CA1001 // A source without a timer and whose wait handle nobody asks for holds nothing to dispose of.
internal sealed class CallCancellation(GrainCall call, CancellationToken callersToken)
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _method = new();
    private CancellationTokenRegistration _watch;

    public CancellationToken MethodsToken => _method.Token;

    public void Watch()
    {
        _watch = callersToken.UnsafeRegister(static state => ((CallCancellation)state!).OnCancelled(), this);
        if (call.IsAbandoned)
        {
            _watch.Unregister();
        }
    }

    public void StopWatching() => _watch.Unregister();

    public bool CancelMethod()
    {
        if (call.Activation is { } activation)
        {
            activation.QueueAction(_method.Cancel);
        }
        else
        {
            _method.Cancel();
        }

        return true;
    }

    private void OnCancelled()
    {
        CancelMethod();
        call.Fail(new OperationCanceledException(callersToken));
    }
}
