using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify.Events;

/// <summary>What a declared event type must be; a process that knows one that is not does not start.</summary>
public static class EventTypeRules
{
    /// <summary>All that is wrong with one type, each as a sentence that names the record.</summary>
    public static IEnumerable<string> Check(EventTypeInfo type)
    {
        ArgumentNullException.ThrowIfNull(type);
        var (record, about) = (type.Record.FullName, type.About);
        if (!typeof(IEvent).IsAssignableFrom(type.Record)) yield return $"{record} has [EventType] and is no IEvent.";
        if (!EventRules.IsType(type.Name))
        {
            yield return $"{record}: '{type.Name}' is no event type: two or more words of a-z, 0-9, _ and - with dots between them, as crm.contact.created.";
            yield break;
        }
        var isPlatform = type.Record.Assembly == typeof(EventTypeRules).Assembly;
        if (isPlatform != type.Name.StartsWith(EventRules.PlatformPrefix, StringComparison.Ordinal))
        {
            yield return $"{record}: '{type.Name}' {(isPlatform ? "is the platform's and has to begin" : "is not the platform's and cannot begin")} with {EventRules.PlatformPrefix}";
        }
        if (about.Version < 1) yield return $"{record}: Version is {about.Version}, not 1 or more.";
        if (about.RetentionDays < 0) yield return $"{record}: RetentionDays is {about.RetentionDays}, not 1 or more; 0 for the platform's setting.";

        var fields = type.Record.GetProperties().Select(property => FieldOf(property)).ToList();
        if (about.OrderingKey is { } key && !fields.Contains(key)) yield return NoField(nameof(about.OrderingKey), key);
        if (about.Subject is { } subject && !fields.Contains(subject)) yield return NoField(nameof(about.Subject), subject);
        if (type.PersonalFields.IsEmpty) yield break;

        if (type.Subject is null)
        {
            yield return $"{record} has [PersonalData] in {string.Join(", ", type.PersonalFields)} and nothing that says whose it is: Subject or OrderingKey names the field.";
        }
        // Both are kept as they are, beside the event.
        foreach (var name in type.PersonalFields.Intersect([about.OrderingKey, about.Subject]))
        {
            yield return $"{record}: '{name}' says whose the personal fields are, or what is in order, and cannot be personal; an id belongs there.";
        }
        foreach (var property in type.Record.GetProperties().Where(property => IsPersonal(property) && !MayBeNull(property)))
        {
            yield return $"{record}: {property.Name} has [PersonalData] and cannot be null, which it is once the person is forgotten; make it {property.PropertyType.Name}?.";
        }

        string NoField(string option, string name) => $"{record}: {option} is '{name}', which is no field of the payload; {Nearest.Hint(name, fields)}";
    }

    /// <summary>As the field stands in the payload.</summary>
    public static string FieldOf(PropertyInfo property) =>
        property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    /// <summary>Whether a field says something about a person: it is encrypted whole, also where only something inside it does.</summary>
    internal static bool IsPersonal(PropertyInfo property) => IsPersonal(property, []);

    private static bool IsPersonal(PropertyInfo property, HashSet<Type> seen) =>
        property.IsDefined(typeof(PersonalDataAttribute)) || Inside(property.PropertyType).Any(type => seen.Add(type) && type.GetProperties().Any(inner => IsPersonal(inner, seen)));

    // The records that a field holds: itself, or in a list, a map or an array.
    private static IEnumerable<Type> Inside(Type type) =>
        type.IsArray ? Inside(type.GetElementType()!)
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Inside)
        : type.Namespace is { } space && (space == "System" || space.StartsWith("System.", StringComparison.Ordinal)) ? []
        : [type];

    private static bool MayBeNull(PropertyInfo property) => !property.PropertyType.IsValueType || Nullable.GetUnderlyingType(property.PropertyType) is not null;
}
