using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using Buildify.Tasks;

namespace Buildify.Events;

/// <summary>Brings what the log has to the versions that the contracts declare.</summary>
public sealed class EventUpcasters
{
    private readonly FrozenDictionary<(string EventType, int FromVersion), IEventUpcaster> _steps;
    private readonly EventCatalog _types;

    /// <exception cref="InvalidOperationException">Two are for one version of a type.</exception>
    public EventUpcasters(IEnumerable<IEventUpcaster> steps, EventCatalog types)
    {
        var all = steps.GroupBy(step => (step.EventType, step.FromVersion)).ToList();
        if (all.Find(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidOperationException(
                $"Version {twice.Key.FromVersion} of '{twice.Key.EventType}' is upcast by {string.Join(" and ", twice.Select(step => step.GetType().FullName))}; one is needed.");
        }
        (_steps, _types) = (all.ToFrozenDictionary(group => group.Key, group => group.Single()), types);
    }

    /// <summary>The classes of some assemblies and of the contracts beside them.</summary>
    public static EventUpcasters From(IEnumerable<Assembly> assemblies, EventCatalog types) => new(
        TaskCatalog.WithContracts(assemblies).SelectMany(assembly => assembly.GetTypes())
            .Where(type => type is { IsClass: true, IsAbstract: false } && typeof(IEventUpcaster).IsAssignableFrom(type))
            .Select(type => (IEventUpcaster)Activator.CreateInstance(type, nonPublic: true)!),
        types);

    /// <summary>The event with its payload in the declared form; of a type that nobody here declares, as it is.</summary>
    /// <exception cref="PermanentEventFailureException">A step is missing, or cannot be taken.</exception>
    /// <exception cref="InvalidOperationException">It was written by a newer version of its module than this process has.</exception>
    public LoggedEvent Upcast(LoggedEvent @event)
    {
        ArgumentNullException.ThrowIfNull(@event);
        if (_types.Find(@event.EventType) is not { } type || type.About.Version == @event.EventVersion) return @event;
        if (@event.EventVersion > type.About.Version)
        {
            throw new InvalidOperationException(
                $"The event is '{@event.EventType}' of version {@event.EventVersion}, and this process knows version {type.About.Version}; a newer one can handle it.");
        }
        try
        {
            var payload = JsonNode.Parse(@event.Payload.Text)!.AsObject();
            for (var version = @event.EventVersion; version < type.About.Version; version++)
            {
                var step = _steps.GetValueOrDefault((@event.EventType, version)) ?? throw new PermanentEventFailureException(
                    $"No IEventUpcaster takes '{@event.EventType}' from version {version}; the contract is of version {type.About.Version}.");
                payload = step.Upcast(payload);
            }
            return @event with { Payload = new JsonText(payload.ToJsonString(BuildifyJson.Options)), EventVersion = type.About.Version };
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException)
        {
            throw new PermanentEventFailureException($"'{@event.EventType}' of version {@event.EventVersion} cannot be upcast: {broken.Message}", broken);
        }
    }
}
