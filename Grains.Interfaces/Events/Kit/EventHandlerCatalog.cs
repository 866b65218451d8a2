using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;

namespace Buildify.Events;

/// <summary>The handlers of events whose code a process has.</summary>
public sealed class EventHandlerCatalog
{
    private readonly FrozenDictionary<string, EventHandlerInfo> _byName;

    /// <param name="handlers">Each name once.</param>
    /// <exception cref="InvalidOperationException">A name is used twice.</exception>
    public EventHandlerCatalog(IEnumerable<EventHandlerInfo> handlers)
    {
        All = [.. handlers.OrderBy(handler => handler.Name, StringComparer.Ordinal)];
        if (All.GroupBy(handler => handler.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException(
                $"The event handler '{twice.Key}' is declared by {string.Join(" and ", twice.Select(handler => handler.Class.FullName))}; "
                + "give one of them another Name: it is what the place in the log is kept under.");
        }
        _byName = All.ToFrozenDictionary(handler => handler.Name, StringComparer.Ordinal);
    }

    /// <summary>By name.</summary>
    public ImmutableArray<EventHandlerInfo> All { get; }

    public EventHandlerInfo? Find(string name) => _byName.GetValueOrDefault(name);

    /// <param name="assemblies">With the module that each is; null for one that is none, whose handlers name theirs.</param>
    public static EventHandlerCatalog From(IEnumerable<(string? Module, Assembly Assembly)> assemblies) => new(
        from known in assemblies
        from type in known.Assembly.GetTypes()
        where type is { IsClass: true, IsAbstract: false }
        from about in type.GetCustomAttributes<SubscribeAttribute>(inherit: false)
        select EventHandlerInfo.Of(type, about, known.Module));
}
