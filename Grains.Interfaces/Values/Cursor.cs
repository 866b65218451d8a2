using System.Buffers.Text;
using System.Text.Json;

namespace Buildify;

/// <summary>
/// The place in a list, as callers carry it: opaque to them, so that what a list is ordered by may change. Lists are read by what they are
/// ordered by (keyset pagination), so that the last page costs what the first one costs.
/// </summary>
public static class Cursor
{
    private static readonly JsonSerializerOptions Strict = new(BuildifyJson.Options) { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    public static string Write<T>(T place) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(place, BuildifyJson.Options));

    /// <summary>Reads where a page goes on; the default for the first page.</summary>
    /// <returns>False where the text is no cursor of such a list; answer <see cref="Bad"/> then.</returns>
    public static bool TryRead<T>(string? cursor, out T? place)
    {
        place = default;
        if (cursor is null) return true;
        try
        {
            place = JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(cursor), Strict);
            return place is not null && !(place is string text && text.Contains('\0', StringComparison.Ordinal));
        }
        catch (Exception unreadable) when (unreadable is FormatException or JsonException)
        {
            return false;
        }
    }

    public static Failure Bad() => Failure.Invalid(new FieldError("cursor", "is no cursor of this list; send next_cursor of the page before as it came"));

    /// <param name="rows">One more than the page holds, where there are more.</param>
    /// <param name="place">What the list is ordered by, of one item.</param>
    public static Page<T> Page<T, TPlace>(IEnumerable<T> rows, PageRequest page, Func<T, TPlace> place)
    {
        ArgumentNullException.ThrowIfNull(page);
        ArgumentNullException.ThrowIfNull(place);
        var items = rows.ToList();
        if (items.Count <= page.Limit) return new Page<T>([.. items], NextCursor: null);
        items.RemoveAt(items.Count - 1);
        return new Page<T>([.. items], Write(place(items[^1])));
    }
}
