using System.Reflection;
using Microsoft.Extensions.Logging;
using Orleans.Serialization.Invocation;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>One call, from the proxy to the answer: the request, the promise and its place among the outstanding ones, in one object.</summary>
internal abstract partial class GrainCall(GrainReference target, GrainMethod method, Activation? sender, CallOrigin origin, CancellationToken token)
    : TurnRequest, IInvokable
{
    private int _ended;
    private object? _grain;

    public GrainReference Target => target;

    public GrainMethod Description => method;

    public Activation? Sender => sender;

    public CallOrigin Origin => origin;

    /// <summary>Who calls: the grain, or from outside any grain, the client or silo.</summary>
    public GrainId SourceId => sender?.GrainId ?? origin.ClientId;

    /// <summary>Where it waits or runs, once it has arrived.</summary>
    public Activation? Activation { get; set; }

    public CallCancellation? Cancellation { get; private set; }

    /// <summary>The caller's request context.</summary>
    public Dictionary<string, object>? Context { get; private set; }

    // Links among the outstanding calls, kept by OutstandingCalls.
    public GrainCall? Previous { get; set; }

    public GrainCall? Following { get; set; }

    public int Stripe { get; set; } = -1;

    /// <summary>In the origin's time stamps.</summary>
    public long Deadline { get; private set; }

    internal override bool AlwaysInterleaves => method.AlwaysInterleaves;

    internal override bool IsReadOnly => method.IsReadOnly;

    internal override Guid ReentrancyId => Context is null ? default : RequestContext.ReentrancyIdOf(Context);

    internal override bool IsAbandoned => Volatile.Read(ref _ended) != 0;

    public TimeSpan Timeout => method.ResponseTimeout ?? origin.ResponseTimeout;

    protected CancellationToken CallersToken => token;

    /// <summary>Sends it on its way. From here on it ends exactly once: with a result, an exception, a time-out or a cancellation.</summary>
    protected void Dispatch()
    {
        token.ThrowIfCancellationRequested();
        Context = RequestContext.Values;
        if (method.TokenIndex >= 0 && (token.CanBeCanceled || origin.CancelsOnTimeout))
        {
            Cancellation = new CallCancellation(this, token);
        }

        if (!method.IsOneWay)
        {
            Deadline = origin.DeadlineAfter(method.ResponseTimeout);
            origin.Outstanding.Add(this);
            Cancellation?.Watch();
        }

        if (origin.IsStopped)
        {
            Fail(new SiloUnavailableException($"The local Orleans host is shutting down and can no longer process the request: {this}."));
            return;
        }

        try
        {
            origin.Cluster.Deliver(this);
        }
        catch (Exception exception)
        {
            Fail(exception);
        }
    }

    protected abstract void SetException(Exception exception);

    /// <summary>Whoever gets true, and only that one, answers the caller.</summary>
    protected bool TryEnd()
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return false;
        }

        origin.Outstanding.Remove(this);
        Cancellation?.StopWatching();
        return true;
    }

    internal sealed override void Fail(Exception exception)
    {
        if (method.IsOneWay)
        {
            Log.OneWayFailed(origin.Logger, exception, this);
        }

        if (TryEnd())
        {
            SetException(exception);
        }
    }

    public void TimeOut()
    {
        if (origin.CancelsOnTimeout)
        {
            Cancellation?.CancelMethod();
        }

        Fail(new TimeoutException($"Response did not arrive on time in {Timeout} for message: {this}. "));
    }

    public override string ToString() => $"{SourceId}->{target.GrainId} {method.Signature}";

    protected static void EndActivationIfItsStateIsStale(Activation activation, Exception exception)
    {
        if (exception is InconsistentStateException { IsSourceActivation: true } stale)
        {
            stale.IsSourceActivation = false;
            activation.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, exception.ToString()));
        }
    }

    object? IInvokable.GetTarget() => _grain;

    void IInvokable.SetTarget(ITargetHolder holder) => _grain = holder.GetTarget();

    async ValueTask<Response> IInvokable.Invoke()
    {
        try
        {
            return await InvokeAsync(_grain!);
        }
        catch (Exception exception)
        {
            return Response.FromException(exception);
        }
    }

    protected abstract ValueTask<Response> InvokeAsync(object grain);

    public int GetArgumentCount() => method.Method.GetParameters().Length;

    public object? GetArgument(int index) => index == method.TokenIndex ? token : GetSent(ToSent(index));

    public void SetArgument(int index, object value) => SetSent(ToSent(index), value);

    protected abstract object? GetSent(int index);

    protected abstract void SetSent(int index, object? value);

    private int ToSent(int index) => method.TokenIndex >= 0 && index > method.TokenIndex ? index - 1 : index;

    public string GetMethodName() => method.Method.Name;

    public string GetInterfaceName() => method.InterfaceName.ToString();

    public string GetActivityName() => $"{method.InterfaceType.Name}/{method.Method.Name}";

    public MethodInfo GetMethod() => method.Method;

    public Type GetInterfaceType() => method.InterfaceType;

    public TimeSpan? GetDefaultResponseTimeout() => method.ResponseTimeout;

    public CancellationToken GetCancellationToken() => token;

    public bool IsCancellable => method.TokenIndex >= 0;

    public bool TryCancel() => Cancellation?.CancelMethod() ?? false;

    void IDisposable.Dispose()
    {
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "A one-way call failed, and nobody is told: {Call}")]
        public static partial void OneWayFailed(ILogger logger, Exception exception, GrainCall call);
    }
}
