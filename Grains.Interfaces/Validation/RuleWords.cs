using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace Buildify.Validation;

/// <summary>What a broken rule says: a sentence without the field's name, that says what would be right.</summary>
public static class RuleWords
{
    public static string Of(ValidationAttribute rule, object? value) => rule switch
    {
        SlugRuleAttribute => Slug.Rule,
        DisplayNameRuleAttribute => DisplayNames.Read((string)value!).Error ?? "is no name",
        PatternAttribute pattern => $"must match {pattern.Pattern}",
        JsonRuleAttribute => "holds a number that " + JsonNumbers.Rule,
        BoundsAttribute bounds => OfBounds(bounds),
        SizeAttribute size => OfSize(size, value is string ? "characters" : "items"),
        _ => rule.FormatErrorMessage("it"),
    };

    private static string OfBounds(BoundsAttribute bounds) => (bounds.Min, bounds.Max) switch
    {
        (null, var max) => $"must be at most {max}",
        (var min, null) => $"must be at least {min}",
        var (min, max) => $"must be from {min} to {max}",
    };

    private static string OfSize(SizeAttribute size, string of)
    {
        var (min, max) = (size.Min.ToString(CultureInfo.InvariantCulture), size.Max.ToString(CultureInfo.InvariantCulture));
        if (size.Min == size.Max) return $"must have {max} {of}";
        if (size.Max == int.MaxValue) return $"must have at least {min} {of}";
        return size.Min == 0 ? $"must have at most {max} {of}" : $"must have {min} to {max} {of}";
    }
}
