using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Buildify.Hosting.Tasks;
using Buildify.Tasks;

namespace Buildify.Worker.Handlers;

/// <summary>The handlers of this process, by their task type's name. They are found by their interface; nobody lists them.</summary>
internal sealed class TaskHandlers
{
    private readonly FrozenDictionary<string, TaskInvoker> _byType;

    /// <exception cref="InvalidOperationException">Two handle one type, or one handles what is no task type.</exception>
    public TaskHandlers(IEnumerable<TaskAssembly> assemblies, TaskCatalog catalog)
        : this(assemblies.Select(known => known.Assembly).Append(typeof(TaskHandlers).Assembly).Distinct().SelectMany(known => known.GetTypes()), catalog)
    {
    }

    internal TaskHandlers(IEnumerable<Type> classes, TaskCatalog catalog)
    {
        var found =
            from handler in classes
            where handler is { IsClass: true, IsAbstract: false, ContainsGenericParameters: false }
            from contract in handler.GetInterfaces()
            where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ITaskHandler<,>)
            let type = Of(contract.GetGenericArguments()[0], handler, catalog)
            where type is not null
            select (Type: type, Handler: handler);
        var byType = found.ToLookup(pair => pair.Type);
        if (byType.FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException(
                $"The task type '{twice.Key.Name}' is handled by {string.Join(" and ", twice.Select(pair => pair.Handler.FullName))}; a type has one handler.");
        }
        _byType = byType.ToFrozenDictionary(same => same.Key.Name, same => TaskInvoker.Make(same.Key, same.First().Handler), StringComparer.Ordinal);
        Limits = [.. byType.Select(same => same.Key).OrderBy(type => type.Name, StringComparer.Ordinal)
            .Select(type => new TaskLimits(type.Name, type.About.RateLimit, type.About.Concurrency, type.About.PublishesEvents))];
    }

    /// <summary>What the worker can run, as it tells the queues' owners.</summary>
    public ImmutableArray<TaskLimits> Limits { get; }

    public TaskInvoker? Find(string type) => _byType.GetValueOrDefault(type);

    // A type that the catalogue leaves out (the diagnostic ones) is left out here too.
    private static TaskTypeInfo? Of(Type record, Type handler, TaskCatalog catalog) =>
        record.GetCustomAttribute<TaskTypeAttribute>() is { } about
            ? catalog.Find(about.Name) is { } known && known.Record == record ? known : null
            : throw new InvalidOperationException($"{handler.FullName} handles {record.FullName}, which has no [TaskType(\"module.name\")].");
}
