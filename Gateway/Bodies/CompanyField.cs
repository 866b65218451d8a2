using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Buildify.Gateway.Bodies;

/// <summary>
/// The <c>company_id</c> that a body may have beside the fields of its record. To the serialiser it is a field of the record that is
/// read and not kept.
/// </summary>
internal static class CompanyField
{
    public const string Name = "company_id";

    private static readonly ConcurrentDictionary<Type, byte> Bodies = new();

    // A body is deserialised on one thread, at one go.
    [ThreadStatic] private static string? _lastRead;

    private static readonly JsonSerializerOptions Options = new(Body.Options)
    {
        TypeInfoResolver = Body.Options.TypeInfoResolver!.WithAddedModifier(AddTo),
    };

    public static JsonTypeInfo<T> TypeOf<T>() => Type<T>.Info;

    /// <summary>Before a body is deserialised by <see cref="TypeOf{T}"/>; after it, <see cref="LastRead"/> has what it said.</summary>
    public static void Forget() => _lastRead = null;

    public static string? LastRead() => _lastRead;

    /// <summary>Null where it is not there.</summary>
    public static string? Read(JsonElement body) =>
        body.ValueKind == JsonValueKind.Object && body.TryGetProperty(Name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static void AddTo(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object || !Bodies.ContainsKey(type.Type) || type.Properties.Any(property => property.Name == Name)) return;
        var company = type.CreateJsonPropertyInfo(typeof(string), Name);
        company.Set = static (_, value) => _lastRead = (string?)value;
        type.Properties.Add(company);
    }

    private static class Type<T>
    {
        public static readonly JsonTypeInfo<T> Info = Make();

        private static JsonTypeInfo<T> Make()
        {
            Bodies.TryAdd(typeof(T), 0);
            return (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));
        }
    }
}
