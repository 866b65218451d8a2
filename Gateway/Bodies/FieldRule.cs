using System.Collections.Immutable;
using System.Text.Json;

namespace Buildify.Gateway.Bodies;

/// <summary>
/// What a field must be beyond its type. It looks at the JSON itself, so that it can tell of a body that is wrong elsewhere too.
/// </summary>
/// <param name="Field">A field of the body's own object.</param>
/// <param name="Check">What is wrong with the value; null where all is well. It is asked about values of any type but null.</param>
internal sealed record FieldRule(string Field, Func<JsonElement, string?> Check)
{
    public static FieldRule Slug(string field) => Text(field, text => Buildify.Slug.IsValid(text) ? null : Buildify.Slug.Rule);

    public static FieldRule DisplayName(string field) => Text(field, text => DisplayNames.Read(text).Error);

    /// <summary>An array without nulls: the type system does not look into arrays.</summary>
    public static FieldRule NoNulls(string field) => new(field, value =>
        value.ValueKind == JsonValueKind.Array && value.EnumerateArray().Any(item => item.ValueKind == JsonValueKind.Null)
            ? "must not hold null"
            : null);

    public static void CheckAll(ImmutableArray<FieldRule> rules, JsonElement body, List<FieldError> errors)
    {
        if (body.ValueKind != JsonValueKind.Object) return;
        foreach (var rule in rules)
        {
            if (body.TryGetProperty(rule.Field, out var value) && value.ValueKind != JsonValueKind.Null && rule.Check(value) is { } message)
            {
                errors.Add(new(rule.Field, message));
            }
        }
    }

    // Of another type it is another error, and told as that.
    private static FieldRule Text(string field, Func<string, string?> check) =>
        new(field, value => value.ValueKind == JsonValueKind.String ? check(value.GetString()!) : null);
}
