using System.Diagnostics;
using Buildify.Diagnostics;
using Buildify.Tasks;
using Buildify.Worker.Handlers;
using Microsoft.Extensions.Options;

namespace Buildify.Worker.Execution;

/// <summary>
/// Runs one attempt: record, resolve, limit, perform, normalise, report. Nothing a handler does gets out of it but an outcome.
/// </summary>
internal sealed partial class TaskPipeline(
    TaskHandlers handlers, ITaskCompletions completions, TaskMetrics metrics, IServiceProvider services, IOptions<TaskWorkerOptions> options,
    TimeProvider time, ILogger<TaskPipeline> logger)
{
    /// <summary>How long a task waits whose type this worker does not know, in seconds: another may.</summary>
    public const double UnknownTypeSeconds = 5;

    /// <summary>How long one waits of which nobody can say now whether it was completed, in seconds.</summary>
    private const double UnknownCompletionSeconds = 1;

    private static readonly ActivitySource Source = new("Buildify.Tasks");

    public async ValueTask Run(TaskRun run)
    {
        // Record.
        using var scope = logger.BeginScope(new TaskScope(run.Assignment));
        using var activity = Begin(run.Assignment);

        // Resolve.
        if (handlers.Find(run.Type) is not { } invoker)
        {
            Log.UnknownType(logger, run.Type);
            run.TryEnd(TaskVerdict.Released(UnknownTypeSeconds), time);
            return;
        }
        metrics.Began(invoker.Tag, run.Attempt);

        // Limit: the watch looks at it.
        run.Limit = LimitOf(invoker.Type);

        // Perform, and normalise.
        var verdict = await Perform(run, invoker);
        await Failpoints.Reach(Failpoints.TaskBeforeReport, run.Type);

        // Report.
        if (run.TryEnd(verdict, time)) metrics.Ended(invoker.Tag, verdict.Kind, time.GetElapsedTime(run.BegunAt));
        if (verdict.Error is not null) activity?.SetStatus(ActivityStatusCode.Error, verdict.Error.Type);
    }

    /// <summary>Reports one whose handler does not come back.</summary>
    public void Abandon(TaskRun run)
    {
        if (handlers.Find(run.Type) is not { } invoker) return;
        var limit = LimitOf(invoker.Type) + AbandonAfter;
        var verdict = TaskVerdict.HardLimit(limit.TotalSeconds, invoker.Type.About, run.Attempt, Random.Shared.NextDouble());
        if (!run.TryEnd(verdict, time)) return;
        metrics.Ended(invoker.Tag, verdict.Kind, time.GetElapsedTime(run.BegunAt));
        Log.Abandoned(logger, run.Id, run.Type, limit.TotalSeconds);
    }

    /// <summary>From the soft limit to the hard one.</summary>
    public TimeSpan AbandonAfter => TimeSpan.FromSeconds(options.Value.AbandonSeconds);

    private async ValueTask<TaskVerdict> Perform(TaskRun run, TaskInvoker invoker)
    {
        try
        {
            if (run.Assignment.IsDoubtful)
            {
                var (earlier, isKnown) = await Earlier(run);
                if (!isKnown) return new TaskVerdict(TaskOutcomeKind.Postponed) { DelaySeconds = UnknownCompletionSeconds };
                if (earlier is not null) return TaskVerdict.Completed(earlier.Result);
            }
            var result = await UntilOver(invoker.Invoke(run, services), run);
            return run.Completion is { } completion ? TaskVerdict.Completed(completion.Result) : TaskVerdict.Succeeded(result);
        }
        catch (TaskCompletedException) when (run.Earlier is not null)
        {
            return TaskVerdict.Completed(run.Earlier.Result);
        }
        catch (Exception error)
        {
            var verdict = TaskVerdict.Of(error, run.Reason, invoker.Type.About, run.Attempt, Random.Shared.NextDouble());
            if (verdict.Kind is TaskOutcomeKind.Failed or TaskOutcomeKind.Dead) Log.Failed(logger, run.Attempt, verdict.Kind, verdict.Error!.Type);
            return verdict;
        }
    }

    // One that was given up is not waited for: the grain that ran it can go, though the handler cannot be made to.
    private static async ValueTask<string?> UntilOver(ValueTask<string?> call, TaskRun run)
    {
        if (call.IsCompleted) return await call;
        var handler = call.AsTask();
        if (await Task.WhenAny(handler, run.Over) == handler) return await handler;
        _ = handler.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        return null;
    }

    private async ValueTask<(TaskCompletion? Earlier, bool IsKnown)> Earlier(TaskRun run)
    {
        try
        {
            return (await completions.Find(run.Id, run.Cancellation), true);
        }
        catch (Exception error)
        {
            Log.NoCompletions(logger, error);
            return (null, false);
        }
    }

    // What is set here is gone for the caller: an async method's context does not flow out of it, and so this one is called in it.
    private static Activity? Begin(TaskAssignment task)
    {
        if (task.CorrelationId is not null) CallContext.CorrelationId = task.CorrelationId;
        if (task.Tenant.Length > 0) CallContext.TaskTenant = task.Tenant;
        var activity = Source.HasListeners() ? Source.StartActivity("task " + task.Type, ActivityKind.Consumer, task.TraceParent) : null;
        activity?.SetTag("task.id", task.Id).SetTag("task.attempt", task.Attempt).SetTag("tenant", task.Tenant);
        if ((activity?.Id ?? task.TraceParent) is { } parent) CallContext.TraceParent = parent;
        return activity;
    }

    private TimeSpan LimitOf(TaskTypeInfo type) =>
        TimeSpan.FromSeconds(type.About.TimeoutSeconds > 0 ? type.About.TimeoutSeconds : options.Value.TimeoutSeconds);

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Warning, "This worker was given a task of type {Type}, which it does not know; handed back")]
        public static partial void UnknownType(ILogger logger, string type);

        // Without the message: it may hold what the task is about.
        [LoggerMessage(2, LogLevel.Warning, "Attempt {Attempt} ended: {Outcome}, {Error}")]
        public static partial void Failed(ILogger logger, int attempt, TaskOutcomeKind outcome, string error);

        [LoggerMessage(3, LogLevel.Error, "Task {Task} ({Type}) did not end within {Seconds} s, nor when its token was cancelled; its slot is given to others")]
        public static partial void Abandoned(ILogger logger, Guid task, string type, double seconds);

        [LoggerMessage(4, LogLevel.Warning, "Whether a task was completed before could not be looked up; it is put off")]
        public static partial void NoCompletions(ILogger logger, Exception error);
    }
}
