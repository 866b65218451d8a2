using System.Text;
using Buildify.Tasks;

namespace Buildify.Worker.Execution;

/// <summary>Errors as they are kept: PostgreSQL takes no NUL and no half of a surrogate pair.</summary>
internal static class TaskWords
{
    public const int MaxMessageLength = 2_000;
    public const int MaxProgressLength = 200;

    public static TaskError Of(Exception error) => Of(error.GetType().Name, error.Message);

    public static TaskError Of(string type, string message) => new(type, Clip(message, MaxMessageLength));

    /// <param name="length">In UTF-16 code units.</param>
    public static string Clip(string text, int length)
    {
        var clipped = new StringBuilder(Math.Min(text.Length, length));
        // The runes of a broken string are U+FFFD where it is broken.
        foreach (var rune in text.EnumerateRunes())
        {
            if (clipped.Length + rune.Utf16SequenceLength > length) break;
            clipped.Append(rune.Value == 0 ? Rune.ReplacementChar.ToString() : rune.ToString());
        }
        return clipped.ToString();
    }
}
