using System.Globalization;

namespace Buildify.Gateway.Bodies;

/// <summary>Finds escapes in a JSON string that stand for no text.</summary>
internal static class JsonEscapes
{
    private const int EscapeLength = 6;

    /// <summary>What is bad about the string; null where nothing is.</summary>
    /// <param name="raw">As it stands between the quotes; the reader has seen to it that each escape is whole.</param>
    public static string? FindBad(ReadOnlySpan<byte> raw)
    {
        for (var i = raw.IndexOf((byte)'\\'); i >= 0 && i < raw.Length; i++)
        {
            if (raw[i] != '\\') continue;
            if (raw[i + 1] != 'u')
            {
                i++;
                continue;
            }
            var unit = UnitAt(raw, i);
            if (unit == '\0') return "the character U+0000, which cannot be stored; leave it out";
            if (char.IsSurrogate(unit))
            {
                var isPair = char.IsHighSurrogate(unit) && char.IsLowSurrogate(UnitAt(raw, i + EscapeLength));
                if (!isPair) return "half of a surrogate pair; send valid Unicode";
                i += EscapeLength;
            }
            i += EscapeLength - 1;
        }
        return null;
    }

    // 'x' for what is no escape: any unit that is no surrogate would do.
    private static char UnitAt(ReadOnlySpan<byte> raw, int i) =>
        raw.Length >= i + EscapeLength && raw[i] == '\\' && raw[i + 1] == 'u'
            && ushort.TryParse(raw.Slice(i + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit)
            ? (char)unit
            : 'x';
}
