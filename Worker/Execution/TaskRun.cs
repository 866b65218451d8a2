using System.Diagnostics.CodeAnalysis;
using Buildify.Tasks;
using Buildify.Worker.Queues;
using Npgsql;

namespace Buildify.Worker.Execution;

/// <summary>
/// One attempt, from its arrival to its outcome. It ends once: whoever ends it, its handler, the watch or the worker's stop, the others
/// find it ended. It has no timer and, until a handler asks for it, no token.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "The token's source has neither timer nor handle; disposing it would race with those who cancel.")]
internal sealed class TaskRun(TaskAssignment assignment, HeldTasks home, Breakers breakers, long arrivedAt) : TaskContext
{
    private const int Waiting = 0;
    private const int Begun = 1;
    private const int Ended = 2;

    private int _state;
    private int _reason;
    private CancellationTokenSource? _cancellation;
    private TaskCompletionSource? _over;
    private TaskProgress? _progress;
    private TaskProgress? _told;

    public TaskAssignment Assignment => assignment;

    public HeldTasks Home => home;

    public override Guid Id => assignment.Id;

    public override string Type => assignment.Type;

    public override string Queue => home.Queue;

    public override string Tenant => assignment.Tenant;

    public override int Attempt => assignment.Attempt;

    public override int MaxAttempts => assignment.MaxAttempts;

    public override string? CorrelationId => assignment.CorrelationId;

    /// <summary>Ticks of the clock's timestamp.</summary>
    public long ArrivedAt => arrivedAt;

    public long BegunAt { get; private set; }

    public DateTimeOffset StartedAt { get; private set; }

    /// <summary>After which its token is cancelled; null until that is known.</summary>
    public TimeSpan? Limit { get; set; }

    /// <summary>What it did when its handler asked to complete it; null where it did not.</summary>
    public TaskCompletion? Completion { get; private set; }

    /// <summary>What it had been completed with before, where the handler found that out.</summary>
    public TaskCompletion? Earlier { get; private set; }

    public StopReason Reason => (StopReason)Volatile.Read(ref _reason);

    public bool IsWaiting => Volatile.Read(ref _state) == Waiting;

    public bool IsEnded => Volatile.Read(ref _state) == Ended;

    public override CancellationToken Cancellation
    {
        get
        {
            if (_cancellation is { } known) return known.Token;

            var made = new CancellationTokenSource();
            var source = Interlocked.CompareExchange(ref _cancellation, made, null) ?? made;
            // Who asked it to end before there was a source has found none to cancel.
            if (Reason != StopReason.None) source.Cancel();
            return source.Token;
        }
    }

    /// <summary>Done when it has ended, whether or not its handler has.</summary>
    public Task Over
    {
        get
        {
            var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            over = Interlocked.CompareExchange(ref _over, over, null) ?? over;
            // Who ended it before there was one has found none to complete.
            if (IsEnded) over.TrySetResult();
            return over.Task;
        }
    }

    /// <summary>Takes it off the queue of those that wait; false where it was ended there.</summary>
    public bool TryBegin(TimeProvider time)
    {
        StartedAt = time.GetUtcNow();
        BegunAt = time.GetTimestamp();
        return Interlocked.CompareExchange(ref _state, Begun, Waiting) == Waiting;
    }

    /// <summary>Ends it, and puts its outcome where it is reported from.</summary>
    /// <param name="onlyWaiting">Leave it where it has begun.</param>
    /// <returns>False where it has ended already, or begun.</returns>
    public bool TryEnd(in TaskVerdict verdict, TimeProvider time, bool onlyWaiting = false)
    {
        var before = onlyWaiting ? Interlocked.CompareExchange(ref _state, Ended, Waiting) : Interlocked.Exchange(ref _state, Ended);
        if (before == Ended || (onlyWaiting && before == Begun)) return false;

        var now = time.GetUtcNow();
        home.End(this, new TaskOutcome(assignment.Id, assignment.Attempt, verdict.Kind)
        {
            Result = verdict.Result,
            Error = verdict.Error,
            DelaySeconds = verdict.DelaySeconds,
            StartedAt = before == Begun ? StartedAt : now,
            EndedAt = now,
        });
        Volatile.Read(ref _over)?.TrySetResult();
        return true;
    }

    /// <summary>Asks its handler to end. The first reason counts.</summary>
    public void Stop(StopReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)StopReason.None) != (int)StopReason.None) return;
        // What handlers have hung on the token runs elsewhere: it may block.
        if (_cancellation is { } source) _ = source.CancelAsync();
    }

    /// <summary>What the handler said last; null where that was told before.</summary>
    public TaskProgress? News()
    {
        var progress = Volatile.Read(ref _progress);
        if (progress is null || ReferenceEquals(progress, _told)) return null;
        return _told = progress;
    }

    public override void Report(double fraction, string? message = null)
    {
        var within = double.IsNaN(fraction) ? 0 : Math.Clamp(fraction, 0, 1);
        Volatile.Write(ref _progress, new TaskProgress(within, message is null ? null : TaskWords.Clip(message, TaskWords.MaxProgressLength)));
    }

    public override async Task Complete<TResult>(NpgsqlTransaction transaction, TResult result, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        var json = TaskResults.Write(result);
        if (await TaskCompletions.Write(transaction, Id, Attempt, json, cancellation) is { } before)
        {
            Earlier = before.Earlier;
            throw new TaskCompletedException($"An earlier run completed task {Id}.", before.Error);
        }
        Completion = new TaskCompletion(json);
    }

    public override Task<T> Through<T>(string dependency, Func<CancellationToken, Task<T>> call) => breakers.Run(dependency, call, Cancellation);
}
