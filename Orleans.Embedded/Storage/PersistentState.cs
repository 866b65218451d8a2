using Orleans.Storage;

namespace Orleans.Runtime;

/// <summary>
/// One state of one activation. Operations that overlap, as they can in a reentrant grain, go to storage one after the other, so that
/// the second has the ETag that the first was given.
/// </summary>
internal sealed class PersistentState<TState>(string name, IGrainContext context, IGrainStorage storage)
    : IPersistentState<TState>, ILifecycleObserver
{
    private GrainState<TState>? _state;
    private Task? _last;
    private bool _isLoaded;

    public TState State
    {
        get
        {
            ThrowUnlessInATurn();
            return _state is { } state ? state.State! : default!;
        }

        set
        {
            ThrowUnlessInATurn();
            Record.State = value;
        }
    }

    public string? Etag => _state?.ETag;

    public bool RecordExists => _isLoaded ? Record.RecordExists : throw new InvalidOperationException("State has not yet been loaded");

    private GrainState<TState> Record => _state ??= new GrainState<TState>(NewState());

    public Task ReadStateAsync() => ReadStateAsync(CancellationToken.None);

    public Task WriteStateAsync() => WriteStateAsync(CancellationToken.None);

    public Task ClearStateAsync() => ClearStateAsync(CancellationToken.None);

    public Task ReadStateAsync(CancellationToken cancellationToken) => AfterTheLast(async stop =>
    {
        await storage.ReadStateAsync(name, context.GrainId, Record, stop);
        _isLoaded = true;
    }, cancellationToken);

    public Task WriteStateAsync(CancellationToken cancellationToken) => AfterTheLast(
        stop => storage.WriteStateAsync(name, context.GrainId, Record, stop), cancellationToken);

    public Task ClearStateAsync(CancellationToken cancellationToken) => AfterTheLast(
        stop => storage.ClearStateAsync(name, context.GrainId, Record, stop), cancellationToken);

    Task ILifecycleObserver.OnStart(CancellationToken cancellationToken) => ReadStateAsync(cancellationToken);

    Task ILifecycleObserver.OnStop(CancellationToken cancellationToken) => Task.CompletedTask;

    private Task AfterTheLast(Func<CancellationToken, Task> operation, CancellationToken stop)
    {
        ThrowUnlessInATurn();
        var task = _last is null ? operation(stop) : Chained(_last, operation, stop);
        if (task.IsCompleted)
        {
            return task;
        }

        _last = task;
        return Watched(task);
    }

    private static async Task Chained(Task before, Func<CancellationToken, Task> operation, CancellationToken stop)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        stop.ThrowIfCancellationRequested();
        await operation(stop);
    }

    private async Task Watched(Task task)
    {
        try
        {
            await task;
        }
        finally
        {
            if (ReferenceEquals(_last, task))
            {
                _last = null;
            }
        }
    }

    private static TState NewState() => typeof(TState).IsValueType || typeof(TState).GetConstructor(Type.EmptyTypes) is not null
        ? Activator.CreateInstance<TState>()
        : default!;

    private static void ThrowUnlessInATurn()
    {
        if (RuntimeContext.Current is null)
        {
            throw new InvalidOperationException("Activation access violation. A non-activation thread attempted to access activation services.");
        }
    }
}
