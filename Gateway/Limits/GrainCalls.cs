namespace Buildify.Gateway.Limits;

/// <summary>Waits for a grain no longer than the request lasts: its time limit, or until the caller hangs up.</summary>
internal static class GrainCalls
{
    public static Task<T> Within<T>(this Task<T> call, HttpContext http) => call.IsCompleted ? call : call.WaitAsync(http.RequestAborted);

    public static ValueTask<T> Within<T>(this ValueTask<T> call, HttpContext http) =>
        call.IsCompleted ? call : new ValueTask<T>(call.AsTask().WaitAsync(http.RequestAborted));
}
