using System.Collections.Immutable;
using System.Globalization;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;

namespace Buildify.Specs.Reading;

/// <summary>
/// Reads the typed settings from the manifest's schema and defaults. Keys that are no identifiers of C# are left to whoever reads the
/// configuration by hand; and what the schema says beyond types and bounds is checked where the configuration is changed.
/// </summary>
internal sealed class SettingsReader(Catalog catalog, Problems problems)
{
    public ImmutableArray<FieldSpec> Read(Fields manifest)
    {
        var schema = manifest.Node("configuration_schema") as SpecMap;
        var properties = (Get(schema, "properties") as SpecMap)?.Entries ?? [];
        var defaults = manifest.Named("configuration");
        var required = (Get(schema, "required") as SpecList)?.Items.OfType<SpecText>().Select(t => t.Value).ToHashSet() ?? [];

        var settings = ImmutableArray.CreateBuilder<FieldSpec>();
        var members = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in properties.Concat(defaults.Where(d => !properties.Any(p => p.Key == d.Key))))
        {
            // Of two keys with one C# name the first is kept, and the other is as one that is no identifier.
            if (!Names.IsIdentifier(entry.Key) || !Names.IsPascal(Names.Pascal(entry.Key)) || !members.Add(Names.Pascal(entry.Key))) continue;
            var value = defaults.FirstOrDefault(d => d.Key == entry.Key)?.Value;
            var property = properties.Any(p => p.Key == entry.Key) ? entry.Value as SpecMap : null;
            settings.Add(Setting(entry, property, value ?? Get(property, "default"), required.Contains(entry.Key)) with { Id = settings.Count });
        }
        return settings.DrainToImmutable();
    }

    private FieldSpec Setting(SpecEntry entry, SpecMap? property, SpecNode? value, bool required)
    {
        var field = new FieldSpec
        {
            Name = entry.Key,
            Type = property is null ? Inferred(value) : Declared(entry, property),
            Summary = (Get(property, "description") as SpecText)?.Value,
            Place = entry.Place,
        };
        field = Bounds(field, property);
        var json = value is null or SpecText { IsNull: true } ? null : new DefaultReader(catalog.Values, problems).Read(value, field);
        return field with { Default = json, Optional = json is null && !required };
    }

    // A number without a schema may become any number: 0 is what a tax rate of 0.19 was before.
    private static TypeRef Inferred(SpecNode? value) => value switch
    {
        SpecText { Quoted: true } => new ScalarType(Scalar.String),
        SpecText { Value: "true" or "false" } => new ScalarType(Scalar.Bool),
        SpecText { IsNull: false } => new ScalarType(Scalar.Decimal),
        SpecList list when list.Items.All(i => i is SpecText { Quoted: true }) => new ListType(new ScalarType(Scalar.String)),
        _ => new ScalarType(Scalar.Json),
    };

    private TypeRef Declared(SpecEntry entry, SpecMap property)
    {
        switch ((Get(property, "type") as SpecText)?.Value)
        {
            case "string":
                return Enum(entry, property) ?? (TypeRef)new ScalarType((Get(property, "format") as SpecText)?.Value switch
                {
                    "uuid" => Scalar.Uuid,
                    "date" => Scalar.Date,
                    "date-time" => Scalar.Timestamp,
                    _ => Scalar.String,
                });
            case "integer":
                var isInt = (Number(property, "minimum") ?? 0) >= int.MinValue && (Number(property, "maximum") ?? 0) <= int.MaxValue;
                return new ScalarType(isInt ? Scalar.Int : Scalar.Long);
            case "number":
                return new ScalarType(Scalar.Decimal);
            case "boolean":
                return new ScalarType(Scalar.Bool);
            case "array" when (Get(Get(property, "items") as SpecMap, "type") as SpecText)?.Value == "string":
                return new ListType(new ScalarType(Scalar.String));
            case null:
                return Enum(entry, property) ?? (TypeRef)new ScalarType(Scalar.Json);
            default:
                return new ScalarType(Scalar.Json);
        }
    }

    // Values that cannot be members of a C# enum stay strings.
    private EnumType? Enum(SpecEntry entry, SpecMap property)
    {
        if (Get(property, "enum") is not SpecList list || !list.Items.All(i => i is SpecText { Quoted: true } t && Names.IsWord(t.Value))) return null;
        var values = list.Items.OfType<SpecText>().Select(t => t.Value).ToImmutableArray();
        if (values.IsEmpty || values.Select(Names.Pascal).Distinct().Count() < values.Length) return null;
        var name = Names.Pascal(entry.Key) + "Setting";
        return catalog.Add(new EnumSpec(name, values, (Get(property, "description") as SpecText)?.Value, entry.Place)) ? new EnumType(name) : null;
    }

    private static FieldSpec Bounds(FieldSpec field, SpecMap? property) => field.Type switch
    {
        ScalarType { Scalar: Scalar.Int or Scalar.Long or Scalar.Decimal } => field with { Min = Number(property, "minimum"), Max = Number(property, "maximum") },
        ScalarType { Scalar: Scalar.String } => field with
        {
            MinLength = Count(property, "minLength"),
            MaxLength = Count(property, "maxLength"),
            Pattern = Pattern((Get(property, "pattern") as SpecText)?.Value),
        },
        ListType => field with { MinLength = Count(property, "minItems"), MaxLength = Count(property, "maxItems") },
        _ => field,
    };

    // JSON Schema looks for the pattern anywhere in the string; ours has to match the whole of it.
    private static string? Pattern(string? pattern)
    {
        if (pattern is null) return null;
        var isWhole = pattern.StartsWith('^') && pattern.EndsWith('$') && !pattern.Contains('|', StringComparison.Ordinal);
        var whole = isWhole ? pattern : $@"[\s\S]*(?:{pattern})[\s\S]*";
        return Patterns.Error(whole) is null ? whole : null;
    }

    private static decimal? Number(SpecMap? property, string key) =>
        Get(property, key) is SpecText { Quoted: false } text && decimal.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int? Count(SpecMap? property, string key) => Get(property, key) is SpecText text && Fields.Int(text) is >= 0 and { } count ? count : null;

    private static SpecNode? Get(SpecMap? map, string key) => map?.Entries.FirstOrDefault(e => e.Key == key)?.Value;
}
