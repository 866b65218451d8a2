using System.Collections.Concurrent;

namespace Conformance;

/// <summary>
/// What tests and grains tell each other. Silos of a test cluster are in the test's process on either runtime, so a static table serves.
/// </summary>
internal static class Signals
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly ConcurrentDictionary<string, TaskCompletionSource> All = new();

    public static TaskCompletionSource Named(string name) =>
        All.GetOrAdd(name, static _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));

    public static void Give(string name) => Named(name).TrySetResult();

    /// <summary>In a grain: says that it has come here, and stays until the test lets it go.</summary>
    public static async Task StopAt(string name)
    {
        Give(name + " reached");
        await Named(name + " passed");
    }

    public static Task Reached(string name) => Named(name + " reached").Task.Within($"{name} to be reached");

    public static bool IsReached(string name) => Named(name + " reached").Task.IsCompleted;

    public static void Pass(string name) => Give(name + " passed");

    public static System.Runtime.CompilerServices.TaskAwaiter GetAwaiter(this TaskCompletionSource source) => source.Task.GetAwaiter();

    public static async Task Within(this Task task, string what)
    {
        try
        {
            await task.WaitAsync(Patience);
        }
        catch (TimeoutException) when (!task.IsCompleted)
        {
            throw new TimeoutException($"Waited for {what}, for {Patience}.");
        }
    }

    public static async Task<T> Within<T>(this Task<T> task, string what)
    {
        await ((Task)task).Within(what);
        return await task;
    }

    /// <summary>For what gives no signal: asks again until it is so.</summary>
    public static async Task Until(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (patience.IsCancellationRequested)
            {
                throw new TimeoutException($"Waited for {what}, for {Patience}.");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }
    }
}
