using System.Diagnostics.CodeAnalysis;

namespace Buildify.Directories;

/// <summary>The platform's own lists go by one text.</summary>
internal static class Pages
{
    /// <param name="place">What the page's first item comes after; empty for the first page.</param>
    public static bool TryPlace(PageRequest page, [NotNullWhen(true)] out string? place)
    {
        var isPlace = Cursor.TryRead<string>(page.Cursor, out var after);
        place = isPlace ? after ?? "" : null;
        return isPlace;
    }
}
