using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace Buildify.Validation;

/// <summary>
/// Checks a record against the rules on its properties, all the way down, and names every field that breaks one. What each type has to
/// be checked for is worked out once.
/// </summary>
public static class InputRules
{
    /// <summary>No more errors than so many are told.</summary>
    public const int MaxErrors = 100;

    private static readonly ConcurrentDictionary<Type, TypeRules> Known = new();

    // Asking for attributes makes new ones each time, with their expressions; as many as records have properties are kept.
    private static readonly ConcurrentDictionary<JsonPropertyInfo, ImmutableArray<ValidationAttribute>> ByProperty = new();

    /// <summary>What is wrong, by the JSON's field names; empty where all is well.</summary>
    public static ImmutableArray<FieldError> Check(object input)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (Of(input.GetType()) is not { IsEmpty: false } rules) return [];
        var errors = new List<FieldError>();
        rules.Check(input, "", errors);
        return [.. errors];
    }

    /// <summary>The rules of one JSON property, for whoever reads the JSON itself.</summary>
    public static ImmutableArray<ValidationAttribute> Of(JsonPropertyInfo property)
    {
        ArgumentNullException.ThrowIfNull(property);
        return ByProperty.GetOrAdd(property, static property => property.AttributeProvider is { } provider
            ? [.. provider.GetCustomAttributes(typeof(ValidationAttribute), inherit: true).Cast<ValidationAttribute>()]
            : []);
    }

    private static TypeRules? Of(Type type)
    {
        if (type.IsPrimitive || type.IsEnum || type == typeof(string) || type == typeof(decimal)) return null;
        return Known.GetOrAdd(type, static type => TypeRules.Read(type));
    }

    /// <summary>One record's properties that have rules, or hold something that has.</summary>
    private sealed class TypeRules
    {
        private readonly ImmutableArray<PropertyRules> _properties;
        private readonly ImmutableArray<JsonPropertyInfo> _oneOf;

        private TypeRules(ImmutableArray<PropertyRules> properties, ImmutableArray<JsonPropertyInfo> oneOf) => (_properties, _oneOf) = (properties, oneOf);

        public bool IsEmpty => _properties.IsEmpty && _oneOf.IsEmpty;

        public static TypeRules Read(Type type)
        {
            var info = BuildifyJson.Options.GetTypeInfo(type);
            if (info.Kind != JsonTypeInfoKind.Object) return new TypeRules([], []);
            var properties = info.Properties.Where(property => property.Get is not null)
                .Select(property => new PropertyRules(property.Name, property.Get!, InputRules.Of(property), MayHold(property.PropertyType)))
                .Where(property => !property.Rules.IsEmpty || property.HoldsRecords);
            var oneOf = type.GetCustomAttribute<AtLeastOneAttribute>() is null ? [] : info.Properties.Where(property => property.Get is not null);
            return new TypeRules([.. properties], [.. oneOf]);
        }

        public void Check(object record, string path, List<FieldError> errors)
        {
            foreach (var property in _properties)
            {
                if (errors.Count >= MaxErrors) return;
                if (property.Get(record) is { } value) property.Check(value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", errors);
            }
            if (!_oneOf.IsEmpty && _oneOf.All(property => property.Get!(record) is null))
            {
                errors.Add(new(path.Length == 0 ? "$" : path, $"must name at least one of {string.Join(", ", _oneOf.Select(property => property.Name))}"));
            }
        }

        // Whether a value of the type can be a record of a module's, or hold one.
        private static bool MayHold(Type type)
        {
            type = Nullable.GetUnderlyingType(type) ?? type;
            // A list can hold nulls, which the serialiser lets pass.
            if (typeof(IEnumerable).IsAssignableFrom(type) && type != typeof(string)) return type.GenericTypeArguments.Any(item => item.IsClass || MayHold(item));
            return type.IsClass && type != typeof(string);
        }
    }

    private sealed record PropertyRules(string Name, Func<object, object?> Get, ImmutableArray<ValidationAttribute> Rules, bool HoldsRecords)
    {
        public void Check(object value, string path, List<FieldError> errors)
        {
            foreach (var rule in Rules)
            {
                if (!rule.IsValid(value)) errors.Add(new(path, RuleWords.Of(rule, value)));
            }
            if (HoldsRecords) Descend(value, path, errors);
        }

        private static void Descend(object value, string path, List<FieldError> errors)
        {
            if (errors.Count >= MaxErrors) return;
            switch (value)
            {
                case IDictionary map:
                    foreach (DictionaryEntry entry in map) Descend(entry.Value!, $"{path}.{entry.Key}", errors);
                    break;
                case IEnumerable items and not string:
                    var index = 0;
                    foreach (var item in items)
                    {
                        if (item is null) errors.Add(new($"{path}[{index}]", "must not be null"));
                        else Descend(item, $"{path}[{index}]", errors);
                        index++;
                    }
                    break;
                default:
                    Of(value.GetType())?.Check(value, path, errors);
                    break;
            }
        }
    }
}
