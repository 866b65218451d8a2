using System.Buffers.Text;

namespace Buildify.Validation;

/// <summary>
/// JSON bounds no number (RFC 8259, 6), PostgreSQL's <c>jsonb</c> does, and a receiver that reads doubles gets infinity. So what a
/// double can hold is taken, at a length that no honest number exceeds.
/// </summary>
public static class JsonNumbers
{
    public const string Rule = "must be a number of at most 100 characters, between -1.8e308 and 1.8e308";
    private const int MaxLength = 100;

    public static bool CanBeKept(ReadOnlySpan<byte> number) =>
        number.Length <= MaxLength && Utf8Parser.TryParse(number, out double value, out _) && double.IsFinite(value);
}
