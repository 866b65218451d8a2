using System.Diagnostics.CodeAnalysis;

namespace Buildify.Directories;

/// <summary>Lists are read by what they are ordered by (keyset pagination), so that the last page costs what the first one costs.</summary>
internal static class Pages
{
    /// <param name="place">What the page's first item comes after; empty for the first page.</param>
    public static bool TryPlace(PageRequest page, [NotNullWhen(true)] out string? place)
    {
        place = page.Cursor is null ? "" : Cursor.Read(page.Cursor);
        return place is not null;
    }

    public static Failure BadCursor() => Failure.Invalid(new FieldError("cursor", "is no cursor of this list; send next_cursor of the page before as it came"));

    /// <param name="rows">One more than the page holds, where there are more.</param>
    /// <param name="place">What the list is ordered by.</param>
    public static Page<T> Make<T>(IEnumerable<T> rows, PageRequest page, Func<T, string> place)
    {
        var items = rows.ToList();
        if (items.Count <= page.Limit) return new Page<T>([.. items], NextCursor: null);
        items.RemoveAt(items.Count - 1);
        return new Page<T>([.. items], Cursor.Write(place(items[^1])));
    }
}
