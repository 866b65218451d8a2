using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;

namespace Buildify.Gateway.Bodies;

/// <summary>Which records have a field, at whatever depth, that takes any JSON: there the serialiser looks for no key twice.</summary>
internal static class FreeJson
{
    private static readonly ConcurrentDictionary<Type, bool> Known = new();

    public static bool IsIn(JsonTypeInfo type) => Known.TryGetValue(type.Type, out var known) ? known : Known.GetOrAdd(type.Type, Look(type, []));

    private static bool Look(JsonTypeInfo type, HashSet<Type> seen)
    {
        var own = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        if (own == typeof(JsonText) || own == typeof(JsonObjectText)) return true;
        if (!seen.Add(own)) return false;
        if (own != type.Type) return Look(type.Options.GetTypeInfo(own), seen);
        return type.Kind switch
        {
            JsonTypeInfoKind.Object => type.Properties.Any(property => Look(type.Options.GetTypeInfo(property.PropertyType), seen)),
            JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary => Look(type.Options.GetTypeInfo(type.ElementType!), seen),
            _ => false,
        };
    }
}
