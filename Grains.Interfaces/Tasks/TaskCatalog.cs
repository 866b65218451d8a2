using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;

namespace Buildify.Tasks;

/// <summary>The task types whose contracts a process has, by their stable names.</summary>
public sealed class TaskCatalog
{
    private readonly FrozenDictionary<string, TaskTypeInfo> _byName;
    private readonly FrozenDictionary<Type, TaskTypeInfo> _byRecord;

    /// <param name="types">Each name once.</param>
    /// <exception cref="InvalidOperationException">A name is used by two records.</exception>
    public TaskCatalog(IEnumerable<TaskTypeInfo> types)
    {
        All = [.. types.OrderBy(type => type.Name, StringComparer.Ordinal)];
        if (All.GroupBy(type => type.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException(
                $"The task type '{twice.Key}' is declared by {string.Join(" and ", twice.Select(type => type.Record.FullName))}; a name is for one record.");
        }
        _byName = All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
        _byRecord = All.ToFrozenDictionary(type => type.Record);
    }

    /// <summary>By name.</summary>
    public ImmutableArray<TaskTypeInfo> All { get; }

    public TaskTypeInfo? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="ArgumentException">The record has no <see cref="TaskTypeAttribute"/>, or its assembly was not looked through.</exception>
    public TaskTypeInfo Of(Type record) => _byRecord.GetValueOrDefault(record) ?? throw new ArgumentException(
        $"{record.FullName} is no task type of this process: it needs [TaskType(\"module.name\")], in a module's contracts.", nameof(record));

    /// <summary>The records of some assemblies, and of what these refer to under the same name (<c>Products</c> and <c>Products.Contracts</c>).</summary>
    public static TaskCatalog From(IEnumerable<Assembly> assemblies) => new(WithContracts(assemblies).SelectMany(In));

    /// <summary>Some assemblies, and the contracts beside each.</summary>
    public static ImmutableArray<Assembly> WithContracts(IEnumerable<Assembly> assemblies) =>
    [
        .. assemblies.SelectMany(assembly => assembly.GetReferencedAssemblies()
            .Where(other => other.Name!.EndsWith(".Contracts", StringComparison.Ordinal)).Select(Assembly.Load).Append(assembly))
            .Append(typeof(TaskCatalog).Assembly).Distinct(),
    ];

    private static IEnumerable<TaskTypeInfo> In(Assembly assembly) =>
        from type in assembly.GetTypes()
        let about = type.GetCustomAttribute<TaskTypeAttribute>()
        where about is not null
        select TaskTypeInfo.Of(type, about);
}

/// <summary>One task type.</summary>
/// <param name="Record">The contract.</param>
/// <param name="Result">Of its <see cref="ITask{TResult}"/>.</param>
public sealed record TaskTypeInfo(string Name, Type Record, Type Result, TaskTypeAttribute About)
{
    internal static TaskTypeInfo Of(Type record, TaskTypeAttribute about)
    {
        var result = record.GetInterfaces().FirstOrDefault(type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ITask<>))
            ?? throw new InvalidOperationException($"{record.FullName} has [TaskType] and is no ITask<TResult>.");
        if (about.MaxAttempts is < 1 or > 100) throw new InvalidOperationException($"{record.FullName}: MaxAttempts is {about.MaxAttempts}, not 1 to 100.");
        return new TaskTypeInfo(about.Name, record, result.GetGenericArguments()[0], about);
    }
}
