using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Reflection;
using Orleans.Metadata;

namespace Orleans.Runtime;

/// <summary>Which classes serve which interfaces, over all silos that are up.</summary>
internal sealed class GrainCatalog
{
    private readonly ConcurrentDictionary<(Type Interface, string? Prefix), GrainType> _grainTypes = new();
    private readonly FrozenDictionary<GrainType, Type> _classes;
    private readonly FrozenDictionary<GrainInterfaceType, Type> _interfaces;

    public GrainCatalog(IEnumerable<Type> classes, IEnumerable<Type> interfaces)
    {
        _classes = classes.Distinct().ToFrozenDictionary(GrainTypeNames.OfClass);
        _interfaces = interfaces.Distinct().ToFrozenDictionary(GrainTypeNames.OfInterface);
    }

    public static GrainCatalog Empty { get; } = new([], []);

    public Type? FindInterface(GrainInterfaceType name) => _interfaces.GetValueOrDefault(name);

    public GrainType GrainTypeFor(Type interfaceType, string? prefix) =>
        _grainTypes.GetOrAdd((interfaceType, prefix), static (key, self) => self.Find(key.Interface, key.Prefix), this);

    private GrainType Find(Type interfaceType, string? prefix)
    {
        var serving = _classes.Where(c => Serves(c.Value, interfaceType)).ToArray();
        if (!string.IsNullOrWhiteSpace(prefix))
        {
            serving = [.. serving.Where(c => c.Value.FullName!.StartsWith(prefix, StringComparison.Ordinal))];
            serving = serving.FirstOrDefault(c => c.Value.FullName == prefix) is { Value: not null } exact ? [exact] : serving;
        }

        if (serving.Length > 1 && interfaceType.GetCustomAttribute<DefaultGrainTypeAttribute>() is { } chosen)
        {
            return chosen.GrainType;
        }

        var name = GrainTypeNames.OfInterface(interfaceType);
        return serving.Length switch
        {
            0 => throw new ArgumentException($"Could not find an implementation for interface {name}"),
            1 => Close(serving[0].Value, interfaceType),
            _ => ByName(serving, interfaceType) ?? throw new ArgumentException(
                $"Unable to identify a single appropriate grain type for interface {name}. Candidates: {string.Join(", ", serving.Select(c => c.Key))}"),
        };
    }

    /// <summary>Of several, the one named as the interface is: <c>Counter</c> or <c>CounterGrain</c> for <c>ICounter</c>.</summary>
    private static GrainType? ByName(KeyValuePair<GrainType, Type>[] serving, Type interfaceType) =>
        serving.FirstOrDefault(c => "I" + c.Value.Name == interfaceType.Name) is { Value: { } type } ? GrainTypeNames.OfClass(type) : null;

    private static bool Serves(Type grainClass, Type interfaceType) => grainClass.IsGenericTypeDefinition && interfaceType.IsConstructedGenericType
        ? grainClass.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == interfaceType.GetGenericTypeDefinition())
        : interfaceType.IsAssignableFrom(grainClass);

    /// <summary>The type of a generic grain names its arguments, which are those of the interface.</summary>
    private static GrainType Close(Type grainClass, Type interfaceType) => GrainTypeNames.OfClass(
        grainClass.IsGenericTypeDefinition ? grainClass.MakeGenericType(interfaceType.GetGenericArguments()) : grainClass);
}
