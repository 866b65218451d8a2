using System.Globalization;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Spans of time, as <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>7d</c>.</summary>
internal static class Durations
{
    private const int DaySeconds = 24 * 60 * 60;

    /// <summary>Plain numbers are seconds; at least one, at most 365 days. Null, and told, for anything else.</summary>
    public static int? Seconds(SpecText? text, Problems problems)
    {
        if (text is null) return null;
        if (Parse(text.Value, unit: 1) is >= 1 and <= 365L * DaySeconds and var seconds) return (int)seconds;
        problems.Add(SpecErrors.BadValue, text.Place, $"'{text.Value}' is no duration from 1s to 365d; write 30s, 5m, 2h, 7d, or seconds");
        return null;
    }

    /// <summary>Plain numbers are days; whole days alone, at least one, at most 36500.</summary>
    public static int? Days(SpecText? text, Problems problems)
    {
        if (text is null) return null;
        if (Parse(text.Value, unit: DaySeconds) is >= DaySeconds and <= 36_500L * DaySeconds and var seconds && seconds % DaySeconds == 0) return (int)(seconds / DaySeconds);
        problems.Add(SpecErrors.BadValue, text.Place, $"'{text.Value}' is no number of days from 1d to 36500d; write 30d, or days");
        return null;
    }

    private static long? Parse(string text, long unit)
    {
        var digits = text;
        if (text.Length > 0 && !char.IsAsciiDigit(text[^1]))
        {
            digits = text[..^1];
            unit = text[^1] switch { 's' => 1, 'm' => 60, 'h' => 60 * 60, 'd' => DaySeconds, _ => 0 };
        }
        // A length of nine keeps the product inside of 64 bits.
        return unit > 0 && digits.Length <= 9 && long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count * unit : null;
    }
}
