namespace Buildify.Worker.Execution;

/// <summary>Lets go all who wait at it, again and again. Opening it while nobody waits costs a comparison.</summary>
internal sealed class Gate
{
    private TaskCompletionSource? _next;

    /// <summary>Done at the next opening. Take it, look whether it is still worth waiting, and then wait.</summary>
    public Task Next()
    {
        while (true)
        {
            if (Volatile.Read(ref _next) is { } known) return known.Task;
            var made = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (Interlocked.CompareExchange(ref _next, made, null) is null) return made.Task;
        }
    }

    public bool HasWaiters => Volatile.Read(ref _next) is not null;

    public void Open() => Interlocked.Exchange(ref _next, null)?.TrySetResult();
}
