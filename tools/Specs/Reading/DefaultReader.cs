using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads a default as JSON that fits the field's type and bounds.</summary>
/// <param name="enumValues">The values of an enum by its name.</param>
internal sealed class DefaultReader(Func<string, ImmutableArray<string>> enumValues, Problems problems)
{
    private const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK";

    /// <summary>Null, and told, where it does not fit.</summary>
    public string? Read(SpecNode node, FieldSpec field)
    {
        if (Value(node, field.Type) is not { } json) return null;
        var broken = Broken(node, field);
        if (broken is null) return json;
        problems.Add(SpecErrors.BadDefault, node.Place, $"the default of '{field.Name}' {broken}");
        return null;
    }

    private string? Value(SpecNode node, TypeRef type)
    {
        switch (type, node)
        {
            case (ScalarType { Scalar: Scalar.Json }, _):
                return Json(node);
            case (ListType list, SpecList items):
                var values = items.Items.Select(item => Value(item, list.Item)).ToList();
                return values.Contains(null) ? null : $"[{string.Join(",", values)}]";
            case (MapType map, SpecMap entries):
                var members = entries.Entries.Select(e => (e.Key, Value: Value(e.Value, map.Value))).ToList();
                return members.Exists(m => m.Value is null) ? null : $"{{{string.Join(",", members.Select(m => $"{Quote(m.Key)}:{m.Value}"))}}}";
            case (EnumType named, SpecText word):
                if (enumValues(named.Name).Contains(word.Value)) return Quote(word.Value);
                return Refuse(node, $"'{word.Value}' is no value of {named.Name}; {Nearest.Hint(word.Value, enumValues(named.Name))}");
            case (ScalarType scalar, SpecText text):
                return Plain(scalar.Scalar, text) ?? Refuse(node, $"'{text.Value}' is no {Scalars.Name(type)}{Example(scalar.Scalar)}");
            case (RecordType record, _):
                return Refuse(node, $"a {record.Name} has no default; make the field optional, or give the fields of {record.Name} theirs");
            default:
                return Refuse(node, $"the default of a {Scalars.Name(type)} is a {(type is MapType ? "map, as {}" : type is ListType ? "list, as []" : "text")}");
        }
    }

    private static string? Plain(Scalar scalar, SpecText text) => scalar switch
    {
        Scalar.String => Quote(text.Value),
        Scalar.Slug => Slug.IsValid(text.Value) ? Quote(text.Value) : null,
        Scalar.DisplayName => DisplayNames.Read(text.Value).Name is { } name ? Quote(name) : null,
        Scalar.Int => Fields.Int(text) is { } number ? number.ToString(CultureInfo.InvariantCulture) : null,
        Scalar.Long => !text.Quoted && long.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : null,
        Scalar.Decimal => Number(text)?.ToString(CultureInfo.InvariantCulture),
        Scalar.Bool => !text.Quoted && text.Value is "true" or "false" ? text.Value : null,
        Scalar.Uuid => Guid.TryParseExact(text.Value, "D", out var id) ? Quote(id.ToString()) : null,
        Scalar.Date => DateOnly.TryParseExact(text.Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? Quote(text.Value) : null,
        // A time without an offset is another instant in every place that reads it.
        Scalar.Timestamp => DateTime.TryParseExact(text.Value, TimestampFormat, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var time)
            && time.Kind != DateTimeKind.Unspecified ? Quote(text.Value) : null,
        _ => throw new ArgumentOutOfRangeException(nameof(scalar), scalar, "a scalar without a rule for its default"),
    };

    private static string Example(Scalar scalar) => scalar switch
    {
        Scalar.Bool => "; write true or false",
        Scalar.Date => "; write it as 2026-01-31",
        Scalar.Timestamp => "; write it as 2026-01-31T12:00:00Z",
        Scalar.Slug => $": a slug {Slug.Rule}",
        _ => "",
    };

    private static string? Broken(SpecNode node, FieldSpec field)
    {
        if (node is SpecText text && field.Type is ScalarType { Scalar: Scalar.Int or Scalar.Long or Scalar.Decimal })
        {
            var number = Number(text);
            return number < field.Min ? $"is {number} and must be at least {field.Min}" : number > field.Max ? $"is {number} and must be at most {field.Max}" : null;
        }
        var length = node switch { SpecText t => t.Value.Length, SpecList l => l.Items.Length, SpecMap m => m.Entries.Length, _ => 0 };
        if (length < field.MinLength) return $"has length {length} and must have at least {field.MinLength}";
        if (length > field.MaxLength) return $"has length {length} and may have at most {field.MaxLength}";
        return field.Pattern is { } pattern && node is SpecText value && !Patterns.Matches(pattern, value.Value)
            ? $"is '{value.Value}' and does not match '{pattern}'"
            : null;
    }

    /// <summary>Any value as JSON, with the types that YAML's plain words look like.</summary>
    private static string Json(SpecNode node) => node switch
    {
        SpecList list => $"[{string.Join(",", list.Items.Select(Json))}]",
        SpecMap map => $"{{{string.Join(",", map.Entries.Select(e => $"{Quote(e.Key)}:{Json(e.Value)}"))}}}",
        SpecText { IsNull: true } => "null",
        SpecText { Quoted: false, Value: "true" or "false" } flag => flag.Value,
        SpecText text => Number(text)?.ToString(CultureInfo.InvariantCulture) ?? Quote(text.Value),
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "a node without JSON"),
    };

    private static decimal? Number(SpecText text) =>
        !text.Quoted && decimal.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Quote(string value) =>
        new StringBuilder(value.Length + 2).Append('"').Append(JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).Value).Append('"').ToString();

    private string? Refuse(SpecNode node, string message)
    {
        problems.Add(SpecErrors.BadDefault, node.Place, message);
        return null;
    }
}
