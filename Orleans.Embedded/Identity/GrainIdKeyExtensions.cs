using System.Globalization;

namespace Orleans.Runtime;

/// <summary>
/// Integer and GUID keys as text: an integer is upper-case hex, a GUID has 32 digits, as on Orleans. What follows a plus sign is the
/// extension of a compound key, which this runtime reads but has no interface for.
/// </summary>
public static class GrainIdKeyExtensions
{
    public static IdSpan CreateIntegerKey(long key) => IdSpan.Create(key.ToString("X", CultureInfo.InvariantCulture));

    public static IdSpan CreateGuidKey(Guid key) => IdSpan.Create(key.ToString("N"));

    public static bool TryGetIntegerKey(this GrainId grainId, out long key, out string? keyExt) =>
        long.TryParse(Split(grainId, out keyExt), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key);

    public static bool TryGetGuidKey(this GrainId grainId, out Guid key, out string? keyExt) =>
        Guid.TryParseExact(Split(grainId, out keyExt), "N", out key);

    public static long GetIntegerKey(this GrainId grainId) => TryGetIntegerKey(grainId, out var key, out _)
        ? key
        : throw new InvalidOperationException($"Unable to extract integer key from grain id {grainId}");

    public static Guid GetGuidKey(this GrainId grainId) => TryGetGuidKey(grainId, out var key, out _)
        ? key
        : throw new InvalidOperationException($"Unable to extract GUID key from grain id {grainId}");

    private static string Split(GrainId grainId, out string? extension)
    {
        var text = grainId.Key.ToString();
        var plus = text.IndexOf('+');
        extension = plus < 0 ? null : text[(plus + 1)..];
        return plus < 0 ? text : text[..plus];
    }
}
