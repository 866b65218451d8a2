using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;

namespace Buildify.Validation;

/// <summary>A string that is an id, as <see cref="Slug"/> has it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SlugRuleAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is null || Slug.IsValid(value as string);
}

/// <summary>A string that names something for people, as <see cref="DisplayNames"/> has it.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class DisplayNameRuleAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => value is null || DisplayNames.Read((string)value).Error is null;
}

/// <summary>
/// A string that an expression matches whole. It is matched in time linear to the string, so that no caller can keep a server busy with
/// one; look-around and back-references are therefore refused, as the spec compiler does.
/// </summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class PatternAttribute : RegularExpressionAttribute
{
    private readonly Regex _whole;

    public PatternAttribute(string pattern) : base(pattern)
    {
        _whole = new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
    }

    public override bool IsValid(object? value) => value is null || _whole.IsMatch((string)value);
}

/// <summary>A number from the least to the greatest value, both included; either may be left out.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class BoundsAttribute : ValidationAttribute
{
    private decimal? _min;
    private decimal? _max;

    /// <summary>As a decimal number in text: C# takes no decimal here.</summary>
    public string? Min { get => _min?.ToString(System.Globalization.CultureInfo.InvariantCulture); set => _min = Parse(value); }

    public string? Max { get => _max?.ToString(System.Globalization.CultureInfo.InvariantCulture); set => _max = Parse(value); }

    public override bool IsValid(object? value) => value is null
        || (Convert.ToDecimal(value, System.Globalization.CultureInfo.InvariantCulture) is var number && !(number < _min) && !(number > _max));

    private static decimal? Parse(string? text) => text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>The number of a string's characters, or of a list's or a map's items.</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class SizeAttribute : ValidationAttribute
{
    public int Min { get; set; }

    public int Max { get; set; } = int.MaxValue;

    public override bool IsValid(object? value) => Count(value) is not { } count || (count >= Min && count <= Max);

    private static int? Count(object? value) => value switch
    {
        null => null,
        // As people count, and as PostgreSQL's char_length does: code points.
        string text => text.EnumerateRunes().Count(),
        System.Collections.ICollection items => items.Count,
        _ => null,
    };
}

/// <summary>One field at least must be given: a change that changes nothing is refused.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AtLeastOneAttribute : Attribute;

/// <summary>Any JSON, of which every number can be kept (<see cref="JsonNumbers"/>).</summary>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class JsonRuleAttribute : ValidationAttribute
{
    public override bool IsValid(object? value)
    {
        if (value is not JsonText json) return true;
        var reader = new System.Text.Json.Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(json.Text));
        while (reader.Read())
        {
            if (reader.TokenType == System.Text.Json.JsonTokenType.Number && !JsonNumbers.CanBeKept(reader.ValueSpan)) return false;
        }
        return true;
    }
}
