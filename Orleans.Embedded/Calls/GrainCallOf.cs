using System.Runtime.CompilerServices;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <inheritdoc/>
internal sealed class GrainCall<TArguments, TResult>(
    GrainReference target, GrainMethod<TArguments, TResult> method, TArguments arguments, Activation? sender, CallOrigin origin, CancellationToken token)
    : GrainCall(target, method, sender, origin, token)
{
    // The caller goes on where it awaited, never on this grain's stack.
    private readonly TaskCompletionSource<TResult> _promise = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TArguments _arguments = arguments;

    public Task<TResult> SendAsync() => Origin.OutgoingFilters.Length == 0 ? SendUnfilteredAsync() : SendFilteredAsync();

    public Task<TResult> SendUnfilteredAsync()
    {
        Dispatch();
        return method.IsOneWay ? Completed : _promise.Task;
    }

    private static Task<TResult> Completed { get; } = Task.FromResult(default(TResult)!);

    private async Task<TResult> SendFilteredAsync()
    {
        var context = new OutgoingCall<TArguments, TResult>(this);
        await context.Invoke();
        return context.Response!.GetResult<TResult>();
    }

    /// <summary>
    /// The caller is answered last: to whoever has the answer, the grain is idle, and a stateless worker is free for the next call.
    /// </summary>
    internal override async Task RunAsync(Activation activation)
    {
        TResult result;
        try
        {
            RequestContext.Values = Context;
            result = activation.HasFilters ? await CallFilteredAsync(activation) : await CallAsync(activation.GrainInstance!);
        }
        catch (Exception exception)
        {
            EndActivationIfItsStateIsStale(activation, exception);
            activation.Finished(this);
            Fail(exception);
            return;
        }

        activation.Finished(this);
        Complete(result);
    }

    private async Task<TResult> CallFilteredAsync(Activation activation)
    {
        var context = new IncomingCall(this, activation);
        await context.Invoke();
        return context.Response!.GetResult<TResult>();
    }

    protected override async ValueTask<Response> InvokeAsync(object grain) =>
        typeof(TResult) == typeof(Nothing) ? await CompletedAfter(CallAsync(grain)) : Response.FromResult(await CallAsync(grain));

    private static async ValueTask<Response> CompletedAfter(ValueTask<TResult> call)
    {
        await call;
        return Response.FromResult(default(TResult)!);
    }

    private ValueTask<TResult> CallAsync(object grain)
    {
        var task = (Task)method.Invoke(grain, _arguments, Cancellation?.MethodsToken ?? CallersToken)!;
        if (typeof(TResult) != typeof(Nothing))
        {
            return new ValueTask<TResult>((Task<TResult>)task);
        }

        return task.IsCompletedSuccessfully ? default : After(task);
    }

    private static async ValueTask<TResult> After(Task task)
    {
        await task;
        return default!;
    }

    private void Complete(TResult result)
    {
        if (TryEnd())
        {
            _promise.SetResult(result);
        }
    }

    /// <summary>A cancellation makes a cancelled task, as awaiting does, and keeps the exception.</summary>
    protected override void SetException(Exception exception)
    {
        if (exception is OperationCanceledException cancelled)
        {
            _promise.SetFromTask(Throwing(cancelled));
        }
        else
        {
            _promise.SetException(exception);
        }

        // A caller that gave up, or never awaits, is not an unobserved exception of the finaliser's.
        _ = _promise.Task.Exception;
    }

#pragma warning disable CS1998 // It is async for the task that makes of the exception.
    private static async Task<TResult> Throwing(OperationCanceledException exception) => throw exception;
#pragma warning restore CS1998

    protected override object? GetSent(int index) => ((ITuple)_arguments!)[index];

    protected override void SetSent(int index, object? value) => _arguments = (TArguments)ArgumentTuple.With(_arguments!, index, value);
}
