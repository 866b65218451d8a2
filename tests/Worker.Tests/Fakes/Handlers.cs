using System.Diagnostics.CodeAnalysis;
using Buildify.Diagnostics;
using Buildify.Operations;
using Buildify.Tasks;

namespace Buildify.Worker.Fakes;

/// <summary>Does what the test says that made it, under its task's value.</summary>
[TaskType("test.script", TimeoutSeconds = 60, BackoffSeconds = 4, MaxBackoffSeconds = 100, PermanentExceptions = [typeof(FormatException)])]
public sealed record Script(string Name) : ITask<object?>;

public sealed class ScriptHandler : ITaskHandler<Script, object?>
{
    private static readonly Dictionary<string, Func<TaskContext, Task<object?>>> Known = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();
    private static int _names;

    public static string Add(Func<TaskContext, Task<object?>> script)
    {
        lock (Gate)
        {
            var name = $"script-{++_names}";
            Known.Add(name, script);
            return name;
        }
    }

    public Task<object?> Handle(Script task, TaskContext context)
    {
        Func<TaskContext, Task<object?>> script;
        lock (Gate) script = Known[task.Name];
        return script(context);
    }
}

/// <summary>Says whose task it is, as what is called by it would be told.</summary>
[TaskType("test.who")]
public sealed record Who : ITask<string>;

public sealed class WhoHandler : ITaskHandler<Who, string>
{
    public async Task<string> Handle(Who task, TaskContext context)
    {
        await Task.Yield();
        return $"{CallContext.TaskTenant} {CallContext.CorrelationId} {CallContext.TraceParent}";
    }
}

/// <summary>Needs a service, and says that it was let go of.</summary>
[TaskType("test.disposed")]
public sealed record Disposed : ITask<Unit>;

public sealed class DisposedHandler(DisposedHandler.Log log) : ITaskHandler<Disposed, Unit>, IDisposable
{
    [SuppressMessage("Design", "CA1034", Justification = "A service of this handler alone.")]
    public sealed class Log
    {
        public int Count { get; set; }
    }

    public Task<Unit> Handle(Disposed task, TaskContext context) => Task.FromResult(Unit.Value);

    public void Dispose() => log.Count++;
}
