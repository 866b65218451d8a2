using Buildify.Specs.Model;

namespace Buildify.Specs.Releases;

/// <summary>Bounds that refuse what the released version took.</summary>
internal static class Narrowing
{
    /// <summary>What is narrower, as the rest of a sentence about the field.</summary>
    public static IEnumerable<string> Of(FieldSpec before, FieldSpec after)
    {
        if (after.Min is { } min && (before.Min is null || min > before.Min)) yield return Bound("must be at least", min, before.Min);
        if (after.Max is { } max && (before.Max is null || max < before.Max)) yield return Bound("may be at most", max, before.Max);
        if (after.MinLength is { } least && least > (before.MinLength ?? 0)) yield return Bound("must have at least length", least, before.MinLength);
        if (after.MaxLength is { } most && (before.MaxLength is null || most < before.MaxLength)) yield return Bound("may have at most length", most, before.MaxLength);
        if (after.Pattern is { } pattern && pattern != before.Pattern)
        {
            yield return $"must match '{pattern}' and was released {(before.Pattern is null ? "without a pattern" : $"with '{before.Pattern}'")}; keep that";
        }
    }

    private static string Bound<T>(string what, T after, T? before) where T : struct =>
        $"{what} {after} and was released {(before is null ? "without a bound" : $"with {before}")}; keep that";
}
