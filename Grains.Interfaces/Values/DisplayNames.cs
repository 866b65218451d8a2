using System.Globalization;
using System.Text;

namespace Buildify;

/// <summary>The names that people read: 1 to 200 characters of any script, with nothing in them that misleads a reader.</summary>
public static class DisplayNames
{
    public const int MaxLength = 200;

    /// <summary>
    /// The name in Unicode's composed form (NFC), without spaces at its ends; or what is wrong with it. Refused are control and
    /// format characters, which hide or reorder text (Unicode TR 36, 2.3; TR 39), unpaired surrogates, unassigned and private code points.
    /// </summary>
    public static (string? Name, string? Error) Read(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(text[i])) return (null, "has half of a surrogate pair; send valid Unicode");
        }
        foreach (var rune in text.EnumerateRunes())
        {
            if (IsMisleading(rune)) return (null, $"has the character U+{rune.Value:X4}, which readers cannot see; leave it out");
        }
        var name = text.Normalize(NormalizationForm.FormC).Trim();
        if (name.Length == 0) return (null, "must not be empty");
        return name.Length > MaxLength ? (null, $"must be at most {MaxLength} characters") : (name, null);
    }

    // The joiners stand inside words of Persian, Hindi and others, and inside emoji; the rest of the format characters do not.
    private static bool IsMisleading(Rune rune) => rune.Value is not (0x200C or 0x200D) && Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
}
