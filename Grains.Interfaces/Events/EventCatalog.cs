using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using Buildify.Tasks;

namespace Buildify.Events;

/// <summary>The event types whose contracts a process has, by their stable names.</summary>
public sealed class EventCatalog
{
    private readonly FrozenDictionary<string, EventTypeInfo> _byName;
    private readonly FrozenDictionary<Type, EventTypeInfo> _byRecord;

    /// <param name="types">Each name once.</param>
    /// <exception cref="InvalidOperationException">A name is used by two records, or a type is not what <see cref="EventTypeRules"/> wants.</exception>
    public EventCatalog(IEnumerable<EventTypeInfo> types)
    {
        All = [.. types.OrderBy(type => type.Name, StringComparer.Ordinal)];
        if (All.GroupBy(type => type.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException(
                $"The event type '{twice.Key}' is declared by {string.Join(" and ", twice.Select(type => type.Record.FullName))}; a name is for one record.");
        }
        if (All.SelectMany(EventTypeRules.Check).ToList() is { Count: > 0 } errors) throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
        _byName = All.ToFrozenDictionary(type => type.Name, StringComparer.Ordinal);
        _byRecord = All.ToFrozenDictionary(type => type.Record);
    }

    /// <summary>By name.</summary>
    public ImmutableArray<EventTypeInfo> All { get; }

    public EventTypeInfo? Find(string name) => _byName.GetValueOrDefault(name);

    /// <exception cref="ArgumentException">The record has no <see cref="EventTypeAttribute"/>, or its assembly was not looked through.</exception>
    public EventTypeInfo Of(Type record) => _byRecord.GetValueOrDefault(record) ?? throw new ArgumentException(
        $"{record.FullName} is no event type of this process: it needs [EventType(\"module.thing.happened\")], in a module's contracts.", nameof(record));

    /// <summary>The records of some assemblies and their contracts, and the platform's own.</summary>
    public static EventCatalog From(IEnumerable<Assembly> assemblies) => new(TaskCatalog.WithContracts(assemblies).SelectMany(In));

    private static IEnumerable<EventTypeInfo> In(Assembly assembly) =>
        from type in assembly.GetTypes()
            // What nobody else can see is nobody's contract.
        where !type.IsNestedPrivate
        let about = type.GetCustomAttribute<EventTypeAttribute>()
        where about is not null
        select new EventTypeInfo(about.Name, type, about);
}

/// <summary>One event type.</summary>
/// <param name="Record">The contract.</param>
public sealed record EventTypeInfo(string Name, Type Record, EventTypeAttribute About)
{
    /// <summary>Whose it is: the first word of its name.</summary>
    public string Module => Name.Split('.', 2)[0];

    /// <summary>The payload's field that says whose the personal fields are; null where there is none.</summary>
    public string? Subject => About.Subject ?? About.OrderingKey;

    /// <summary>The payload's fields that say something about a person, in the spelling of JSON.</summary>
    public ImmutableArray<string> PersonalFields { get; } =
    [
        .. Record.GetProperties().Where(EventTypeRules.IsPersonal).Select(EventTypeRules.FieldOf),
    ];
}
