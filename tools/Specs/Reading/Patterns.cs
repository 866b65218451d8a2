using System.Text.RegularExpressions;

namespace Buildify.Specs.Reading;

/// <summary>
/// Regular expressions that .NET can match in time that is linear in the length of the string (<see cref="RegexOptions.NonBacktracking"/>):
/// who sends the string does not choose how long it takes.
/// </summary>
internal static class Patterns
{
    /// <summary>What is wrong with the pattern, as the end of a sentence; null where nothing is.</summary>
    public static string? Error(string pattern)
    {
        if (Backtracking(pattern) is { } construct) return $"'{construct}' needs backtracking, whose time has no bound; write it without look-around, back-references and atomic groups";
        try
        {
            // By itself: 'a)|(b' is none, and in brackets it would be. Without the option: making the automaton takes 80 ms of a fresh
            // process, and a build starts one.
            _ = new Regex(pattern, RegexOptions.CultureInvariant);
            return null;
        }
        catch (RegexParseException e)
        {
            return $"at its character {e.Offset}: {e.Error}";
        }
    }

    /// <summary>Whether the whole string matches; the pattern has no <see cref="Error"/>.</summary>
    public static bool Matches(string pattern, string text) =>
        new Regex($@"\A(?:{pattern})\z", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking).IsMatch(text);

    // The constructs that NonBacktracking refuses, found outside of classes and escapes.
    private static string? Backtracking(string pattern)
    {
        var isClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var rest = pattern.AsSpan(i);
            if (rest[0] == '\\')
            {
                if (!isClass && rest.Length > 1 && (rest[1] is 'k' or 'G' || (char.IsAsciiDigit(rest[1]) && rest[1] != '0'))) return rest[..2].ToString();
                i++;
            }
            else if (isClass)
            {
                isClass = rest[0] != ']';
            }
            else if (rest[0] == '[')
            {
                // A bracket that closes at once is a member of the class.
                isClass = true;
                i += rest.StartsWith("[^]") ? 2 : rest.StartsWith("[]") ? 1 : 0;
            }
            else
            {
                foreach (var construct in (ReadOnlySpan<string>)["(?=", "(?!", "(?<=", "(?<!", "(?>", "(?("])
                {
                    if (rest.StartsWith(construct)) return construct;
                }
            }
        }
        return null;
    }
}
