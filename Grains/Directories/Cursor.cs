using System.Buffers.Text;
using System.Text;

namespace Buildify.Directories;

/// <summary>The place in a list, as callers carry it: opaque to them, so that what a list is ordered by may change.</summary>
internal static class Cursor
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Write(string place) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(place));

    /// <summary>The place; null where the text is no cursor.</summary>
    public static string? Read(string cursor)
    {
        try
        {
            var place = Strict.GetString(Base64Url.DecodeFromChars(cursor));
            return place.Contains('\0', StringComparison.Ordinal) ? null : place;
        }
        catch (Exception unreadable) when (unreadable is FormatException or DecoderFallbackException)
        {
            return null;
        }
    }
}
