using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildify.Diagnostics;
using Buildify.Tasks;
using Buildify.Worker.Execution;

namespace Buildify.Worker.Handlers;

/// <summary>Calls the handler of one task type. Made once by reflection; a call uses none.</summary>
internal abstract class TaskInvoker(TaskTypeInfo type)
{
    public TaskTypeInfo Type => type;

    /// <summary>The type as a metric's label.</summary>
    public KeyValuePair<string, object?> Tag { get; } = new("type", type.Name);

    /// <returns>The result as JSON; null for none.</returns>
    /// <exception cref="TaskPayloadException">The payload is not what the record says.</exception>
    /// <exception cref="TaskResultException">The result cannot be kept.</exception>
    public abstract ValueTask<string?> Invoke(TaskRun run, IServiceProvider services);

    public static TaskInvoker Make(TaskTypeInfo type, Type handler) =>
        (TaskInvoker)Activator.CreateInstance(typeof(TaskInvoker<,,>).MakeGenericType(type.Record, type.Result, handler), type)!;
}

internal sealed class TaskInvoker<TTask, TResult, THandler>(TaskTypeInfo type) : TaskInvoker(type)
    where TTask : class, ITask<TResult>
    where THandler : class, ITaskHandler<TTask, TResult>
{
    private static readonly ObjectFactory<THandler> MakeHandler = ActivatorUtilities.CreateFactory<THandler>([]);
    private static readonly bool WantsServices = typeof(THandler).GetConstructors().Any(constructor => constructor.GetParameters().Length > 0);

    private readonly Lazy<JsonTypeInfo<TTask>> _json = new(static () => (JsonTypeInfo<TTask>)BuildifyJson.Options.GetTypeInfo(typeof(TTask)));

    public override ValueTask<string?> Invoke(TaskRun run, IServiceProvider services)
    {
        var task = Read(run.Assignment.Payload);
        return WantsServices ? InvokeInScope(task, run, services) : Invoke(task, run, services);
    }

    private static async ValueTask<string?> InvokeInScope(TTask task, TaskRun run, IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        return await Invoke(task, run, scope.ServiceProvider);
    }

    private static async ValueTask<string?> Invoke(TTask task, TaskRun run, IServiceProvider services)
    {
        var handler = MakeHandler(services, null);
        try
        {
            await Failpoints.Reach(Failpoints.TaskInHandler, run.Type);
            return TaskResults.Write(await handler.Handle(task, run));
        }
        finally
        {
            // The scope knows only what it made itself.
            if (handler is IAsyncDisposable later) await later.DisposeAsync();
            else (handler as IDisposable)?.Dispose();
        }
    }

    private TTask Read(string payload)
    {
        try
        {
            return JsonSerializer.Deserialize(payload, _json.Value) ?? throw new TaskPayloadException($"The payload of {Type.Name} is null.", null);
        }
        catch (Exception error) when (error is not TaskPayloadException)
        {
            throw new TaskPayloadException($"The payload does not fit {Type.Name}.", error);
        }
    }
}
