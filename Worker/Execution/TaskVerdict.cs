using Buildify.Tasks;
using Polly.CircuitBreaker;

namespace Buildify.Worker.Execution;

/// <summary>Why a handler was asked to end.</summary>
internal enum StopReason
{
    None,

    /// <summary>Somebody cancelled the task.</summary>
    Cancelled,

    /// <summary>Its time is up.</summary>
    Timeout,

    /// <summary>The worker is leaving.</summary>
    Leaving,
}

/// <summary>What an attempt came to.</summary>
internal readonly record struct TaskVerdict(TaskOutcomeKind Kind)
{
    /// <summary>What a task waits whose circuit is open, at the least.</summary>
    public const double LeastPostponement = 1;

    public string? Result { get; init; }

    public TaskError? Error { get; init; }

    public double DelaySeconds { get; init; }

    public static TaskVerdict Succeeded(string? result) => new(TaskOutcomeKind.Succeeded) { Result = result };

    public static TaskVerdict Completed(string? result) => new(TaskOutcomeKind.Completed) { Result = result };

    public static TaskVerdict Released(double delaySeconds = 0) => new(TaskOutcomeKind.Released) { DelaySeconds = delaySeconds };

    public static TaskVerdict HardLimit(double seconds, TaskTypeAttribute about, int attempt, double random) =>
        Failed(TaskWords.Of("hard_limit", $"The handler did not end within {seconds:0.#} s, and not after its token was cancelled either; it was given up."), about, attempt, random);

    /// <summary>What a handler's exception means.</summary>
    /// <param name="reason">Why it was asked to end, where it was.</param>
    /// <param name="random">0 to 1, for the pause.</param>
    public static TaskVerdict Of(Exception error, StopReason reason, TaskTypeAttribute about, int attempt, double random) => error switch
    {
        PermanentFailureException or TaskPayloadException or TaskResultException => Dead(error),
        _ when about.PermanentExceptions.Any(type => type.IsInstanceOfType(error)) => Dead(error),
        _ when reason == StopReason.Cancelled => new(TaskOutcomeKind.Cancelled) { Error = TaskWords.Of(error) },
        _ when reason == StopReason.Timeout => Failed(TaskWords.Of("timeout", $"Its time was up. {error.GetType().Name}: {error.Message}"), about, attempt, random),
        OperationCanceledException when reason == StopReason.Leaving => Released(),
        BrokenCircuitException open => new(TaskOutcomeKind.Postponed)
        {
            Error = TaskWords.Of(open),
            DelaySeconds = Math.Max(LeastPostponement, open.RetryAfter?.TotalSeconds ?? 0),
        },
        _ => Failed(TaskWords.Of(error), about, attempt, random),
    };

    private static TaskVerdict Dead(Exception error) => new(TaskOutcomeKind.Dead)
    {
        Error = error is TaskPayloadException or TaskResultException && error.InnerException is { } inner
            ? TaskWords.Of(inner.GetType().Name, $"{error.Message} {inner.Message}")
            : TaskWords.Of(error),
    };

    private static TaskVerdict Failed(TaskError error, TaskTypeAttribute about, int attempt, double random) => new(TaskOutcomeKind.Failed)
    {
        Error = error,
        DelaySeconds = Backoff.Delay(attempt, about.BackoffSeconds, about.MaxBackoffSeconds, random),
    };
}

/// <summary>The payload is not what the type's record says: no attempt could read it.</summary>
internal sealed class TaskPayloadException(string message, Exception? inner) : Exception(message, inner);

/// <summary>The handler's result cannot be kept.</summary>
internal sealed class TaskResultException(string message, Exception? inner) : Exception(message, inner);
