using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>The bounds of a value.</summary>
internal static class Constraints
{
    /// <summary>The field with those of its bounds that apply to its type; the others are told.</summary>
    public static FieldSpec Read(Fields fields, FieldSpec field, Problems problems)
    {
        var isNumber = field.Type is ScalarType { Scalar: Scalar.Int or Scalar.Long or Scalar.Decimal };
        var isText = field.Type is ScalarType { Scalar: Scalar.String or Scalar.Slug or Scalar.DisplayName };
        var hasLength = isText || field.Type is ListType or MapType;
        if (isNumber) field = Numbers(fields, field, problems);
        else Refuse(fields, field, problems, hasLength ? "bounds a number; a length is bounded by min_length, max_length or length" : "bounds a number", "min", "max");

        if (hasLength) field = Lengths(fields, field, problems);
        else Refuse(fields, field, problems, isNumber ? "bounds a string, list or map; a number is bounded by min and max" : "bounds a string, list or map", "min_length", "max_length", "length");

        if (isText) return Pattern(fields, field, problems);
        Refuse(fields, field, problems, "is for strings", "pattern");
        return field;
    }

    private static FieldSpec Numbers(Fields fields, FieldSpec field, Problems problems)
    {
        var (min, max) = (fields.Number("min"), fields.Number("max"));
        if (min > max) problems.Add(SpecErrors.BadConstraint, fields.PlaceOf("max"), $"no number is {min} or more and {max} or less; exchange min and max");
        return field with { Min = min, Max = max };
    }

    private static FieldSpec Lengths(Fields fields, FieldSpec field, Problems problems)
    {
        var (min, max) = (fields.Int("min_length", 0, int.MaxValue), fields.Int("max_length", 0, int.MaxValue));
        if (fields.Node("length") is { } length)
        {
            if (fields.Has("min_length") || fields.Has("max_length"))
            {
                problems.Add(SpecErrors.BadConstraint, fields.PlaceOf("length"), "'length' says what min_length and max_length say; keep one of them");
            }
            (min, max) = Length(length, problems) ?? (min, max);
        }
        if (min > max) problems.Add(SpecErrors.BadConstraint, fields.PlaceOf(fields.Has("length") ? "length" : "max_length"), $"nothing is {min} or longer and {max} or shorter; exchange them");
        return field with { MinLength = min, MaxLength = max };
    }

    private static (int? Min, int? Max)? Length(SpecNode node, Problems problems)
    {
        if (node is SpecText text && Fields.Int(text) is >= 0 and { } exactly) return (exactly, exactly);
        if (node is SpecList { Items: [SpecText first, SpecText last] } && Fields.Int(first) is >= 0 and { } min && Fields.Int(last) is >= 0 and { } max) return (min, max);
        problems.Add(SpecErrors.BadValue, node.Place, "'length' is a number, for exactly so many, or [least, greatest]");
        return null;
    }

    private static FieldSpec Pattern(Fields fields, FieldSpec field, Problems problems)
    {
        if (fields.Text("pattern") is not { } text) return field;
        if (Patterns.Error(text.Value) is not { } error) return field with { Pattern = text.Value };
        problems.Add(SpecErrors.BadConstraint, text.Place, $"'{text.Value}' is no pattern: {error}");
        return field;
    }

    private static void Refuse(Fields fields, FieldSpec field, Problems problems, string why, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (fields.Has(key)) problems.Add(SpecErrors.BadConstraint, fields.PlaceOf(key), $"'{key}' {why}, and '{field.Name}' is {Scalars.Name(field.Type)}");
        }
    }
}
