using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Buildify.Specs.Model;

namespace Buildify.Specs.Emit;

/// <summary>How a spec's types and values are written in C#.</summary>
/// <param name="module">Whose specs they are.</param>
internal sealed class CSharpTypes(ModuleSpec module)
{
    private readonly ImmutableDictionary<string, RecordSpec> _records = module.Records.ToImmutableDictionary(record => record.Name, StringComparer.Ordinal);

    public string Of(TypeRef type) => type switch
    {
        ScalarType scalar => Of(scalar.Scalar),
        ListType list => $"ImmutableArray<{Of(list.Item)}>",
        MapType map => $"ImmutableSortedDictionary<string, {Of(map.Value)}>",
        EnumType of => of.Module is { } owner ? $"{NamespaceOf(owner)}.{of.Name}" : of.Name,
        RecordType record => Of(record),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "A kind of type that has no C#."),
    };

    public string Of(RecordType record) =>
        record.Module is { } owner ? $"{NamespaceOf(owner)}.{record.Name}"
        : _records.TryGetValue(record.Name, out var known) && known.CSharp is { } csharp ? csharp
        : record.Name;

    /// <summary>As an operation answers it: a list is a page.</summary>
    public string OfOutput(TypeRef? output) => output switch
    {
        null => "Unit",
        ListType list => $"Page<{Of(list.Item)}>",
        _ => Of(output),
    };

    public string OfField(FieldSpec field) => field.Optional ? Of(field.Type) + "?" : Of(field.Type);

    /// <summary>A default as a C# expression; null where there is none to be written.</summary>
    public string? Default(FieldSpec field)
    {
        if (field.Default is not { } json) return null;
        using var document = JsonDocument.Parse(json);
        return Value(document.RootElement, field.Type);
    }

    private string Value(JsonElement value, TypeRef type) => type switch
    {
        EnumType of => $"{Of(of)}.{Names.Pascal(value.GetString()!)}",
        ListType list => $"[{string.Join(", ", value.EnumerateArray().Select(item => Value(item, list.Item)))}]",
        MapType map => $"{Of(map)}.Empty",
        ScalarType { Scalar: Scalar.Decimal } => value.GetDecimal().ToString(CultureInfo.InvariantCulture) + "m",
        ScalarType { Scalar: Scalar.Int or Scalar.Long or Scalar.Bool } => value.GetRawText(),
        ScalarType { Scalar: Scalar.Date } => $"DateOnly.Parse({Names.Quote(value.GetString()!)}, CultureInfo.InvariantCulture)",
        ScalarType { Scalar: Scalar.Timestamp } => $"DateTimeOffset.Parse({Names.Quote(value.GetString()!)}, CultureInfo.InvariantCulture)",
        ScalarType { Scalar: Scalar.Uuid } => $"Guid.Parse({Names.Quote(value.GetString()!)})",
        ScalarType { Scalar: Scalar.Json } => $"new JsonText({Names.Quote(value.GetRawText())})",
        _ => Names.Quote(value.GetString()!),
    };

    /// <summary>The attributes that hold a value to its rules.</summary>
    public static ImmutableArray<string> Rules(FieldSpec field)
    {
        var rules = ImmutableArray.CreateBuilder<string>();
        if (field.Type is ScalarType { Scalar: Scalar.Slug }) rules.Add("SlugRule");
        if (field.Type is ScalarType { Scalar: Scalar.DisplayName }) rules.Add("DisplayNameRule");
        if (field.Type is ScalarType { Scalar: Scalar.Json }) rules.Add("JsonRule");
        Add(rules, "Bounds", ("Min", Number(field.Min)), ("Max", Number(field.Max)));
        Add(rules, "Size", ("Min", Count(field.MinLength)), ("Max", Count(field.MaxLength)));
        if (field.Pattern is { } pattern) rules.Add($"Pattern({Names.Quote(pattern)})");
        return rules.ToImmutable();
    }

    /// <summary>The same rules as objects, for a parameter.</summary>
    public static ImmutableArray<string> RuleObjects(FieldSpec field) => [.. Rules(field).Select(AsObject)];

    private static string AsObject(string rule)
    {
        var arguments = rule.IndexOf('(', StringComparison.Ordinal);
        if (arguments < 0) return $"new {rule}Attribute()";
        var (name, inside) = (rule[..arguments], rule[(arguments + 1)..^1]);
        return inside.StartsWith('"') ? $"new {name}Attribute({inside})" : $"new {name}Attribute {{ {inside} }}";
    }

    private static void Add(ImmutableArray<string>.Builder rules, string name, params (string Key, string? Value)[] arguments)
    {
        var given = arguments.Where(argument => argument.Value is not null).Select(argument => $"{argument.Key} = {argument.Value}").ToList();
        if (given.Count > 0) rules.Add($"{name}({string.Join(", ", given)})");
    }

    private static string? Number(decimal? value) => value is { } number ? Names.Quote(number.ToString(CultureInfo.InvariantCulture)) : null;

    private static string? Count(int? value) => value?.ToString(CultureInfo.InvariantCulture);

    private string NamespaceOf(string owner) =>
        "global::" + (module.Consumes.FirstOrDefault(consumed => consumed.Service == owner)?.Namespace ?? Names.Pascal(owner));

    private static string Of(Scalar scalar) => scalar switch
    {
        Scalar.Int => "int",
        Scalar.Long => "long",
        Scalar.Decimal => "decimal",
        Scalar.Bool => "bool",
        Scalar.Date => "DateOnly",
        Scalar.Timestamp => "DateTimeOffset",
        Scalar.Uuid => "Guid",
        Scalar.Json => "JsonText",
        _ => "string",
    };
}
