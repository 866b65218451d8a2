using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Buildify.Validation;

namespace Buildify.Gateway.Bodies;

/// <summary>
/// Compares JSON with the type that it could not be read as, and names every field that differs. It reads the serialiser's own
/// description of the type, so that the two cannot disagree about names and about what is needed.
/// </summary>
internal static class JsonShape
{
    /// <summary>An answer names at most so many errors.</summary>
    public const int MaxErrors = 100;

    public static void Check(JsonElement value, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        if (errors.Count >= MaxErrors) return;
        if (Nullable.GetUnderlyingType(type.Type) is { } underlying) type = type.Options.GetTypeInfo(underlying);
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when value.ValueKind == JsonValueKind.Object:
                CheckObject(value, type, path, errors);
                break;
            case JsonTypeInfoKind.Enumerable when value.ValueKind == JsonValueKind.Array:
                var index = 0;
                foreach (var item in value.EnumerateArray()) Check(item, ElementOf(type), $"{path}[{index++}]", errors);
                break;
            case JsonTypeInfoKind.Dictionary when value.ValueKind == JsonValueKind.Object:
                var element = ElementOf(type);
                foreach (var property in value.EnumerateObject()) Check(property.Value, element, JsonPath.Join(path, property.Name), errors);
                break;
            default:
                if (!CanBeRead(value, type)) CheckLeaf(value, type.Type, path, errors);
                break;
        }
    }

    private static void CheckObject(JsonElement value, JsonTypeInfo type, string path, List<FieldError> errors)
    {
        var known = type.Properties.Where(property => property.Set is not null || property.AssociatedParameter is not null).ToList();
        foreach (var sent in value.EnumerateObject())
        {
            if (errors.Count >= MaxErrors) return;
            var at = JsonPath.Join(path, sent.Name);
            if (known.Find(property => property.Name == sent.Name) is not { } property) errors.Add(new(at, Unknown(sent.Name, known)));
            else if (sent.Value.ValueKind != JsonValueKind.Null) CheckProperty(sent.Value, property, at, errors);
            else if (!IsNullable(property)) errors.Add(new(at, $"{Expected(property.PropertyType)}, not null"));
        }
        foreach (var property in known.Where(property => IsRequired(property) && !value.TryGetProperty(property.Name, out _)))
        {
            errors.Add(new(JsonPath.Join(path, property.Name), $"is required; it {Expected(property.PropertyType)}"));
        }
    }

    private static void CheckProperty(JsonElement value, JsonPropertyInfo property, string path, List<FieldError> errors)
    {
        var before = errors.Count;
        var type = property.Options.GetTypeInfo(property.PropertyType);
        Check(value, type, path, errors);
        if (errors.Count > before || InputRules.Of(property) is not { IsEmpty: false } rules) return;
        var read = value.Deserialize(type);
        foreach (var rule in rules)
        {
            if (!rule.IsValid(read)) errors.Add(new(path, RuleWords.Of(rule, read)));
        }
    }

    private static string Unknown(string name, List<JsonPropertyInfo> known)
    {
        var names = known.Select(property => property.Name).ToList();
        return Nearest.To(name, names) is { } nearest
            ? $"unknown field '{name}'; did you mean '{nearest}'?"
            : $"unknown field '{JsonPath.Shorten(name)}'; known are {string.Join(", ", names)}";
    }

    /// <summary>Whether it must be there.</summary>
    public static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    private static bool IsNullable(JsonPropertyInfo property) => property.AssociatedParameter?.IsNullable ?? property.IsSetNullable;

    private static JsonTypeInfo ElementOf(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType!);

    private static void CheckLeaf(JsonElement value, Type type, string path, List<FieldError> errors)
    {
        var before = errors.Count;
        if (type == typeof(JsonObjectText) && value.ValueKind == JsonValueKind.Object) CheckNumbers(value, path, errors);
        if (errors.Count == before) errors.Add(new(path.Length == 0 ? "$" : path, Expected(type)));
    }

    private static void CheckNumbers(JsonElement value, string path, List<FieldError> errors)
    {
        if (errors.Count >= MaxErrors) return;
        var index = 0;
        if (value.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in value.EnumerateObject()) CheckNumbers(property.Value, JsonPath.Join(path, property.Name), errors);
        }
        else if (value.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in value.EnumerateArray()) CheckNumbers(item, $"{path}[{index++}]", errors);
        }
        else if (value.ValueKind == JsonValueKind.Number && !JsonNumbers.CanBeKept(JsonMarshal.GetRawUtf8Value(value)))
        {
            errors.Add(new(path, JsonNumbers.Rule));
        }
    }

    private static bool CanBeRead(JsonElement value, JsonTypeInfo type)
    {
        if (value.ValueKind == JsonValueKind.Null && type.Type.IsValueType && Nullable.GetUnderlyingType(type.Type) is null) return false;
        try
        {
            value.Deserialize(type);
            return type.Kind == JsonTypeInfoKind.None && value.ValueKind != JsonValueKind.Null;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static string Expected(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (type.IsEnum)
        {
            return "must be one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
        }
        if (type == typeof(string)) return "must be a string";
        if (type == typeof(bool)) return "must be true or false";
        if (type == typeof(JsonObjectText)) return "must be an object";
        if (type == typeof(int) || type == typeof(long)) return "must be a whole number";
        if (type == typeof(double) || type == typeof(decimal)) return "must be a number";
        if (type == typeof(DateOnly)) return "must be a date as 2026-01-31";
        if (type == typeof(Guid)) return "must be a UUID";
        if (type == typeof(JsonText)) return "must be JSON";
        if (type == typeof(DateTimeOffset)) return "must be a time as 2026-01-31T12:00:00Z";
        if (type.IsGenericType && typeof(System.Collections.IEnumerable).IsAssignableFrom(type))
        {
            return type.GenericTypeArguments is [var item] && item == typeof(string) ? "must be an array of strings" : "must be an array";
        }
        return "must be an object";
    }
}
