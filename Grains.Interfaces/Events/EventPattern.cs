namespace Buildify.Events;

/// <summary>Which event types are meant: segments with dots between them, <c>*</c> for exactly one, <c>**</c> (or <c>#</c>) for any number.</summary>
public sealed class EventPattern
{
    public const int MaxLength = 200;

    /// <summary>More would make matching a search among exponentially many ways.</summary>
    public const int MaxOpenSegments = 3;

    private const string Any = "**";

    private readonly string[] _segments;

    private EventPattern(string text, string[] segments) => (Text, _segments) = (text, segments);

    public string Text { get; }

    /// <summary>What every type that matches begins with, up to the first segment that is open: <c>financial.invoice.</c>; the whole type where none is.</summary>
    public string Prefix => string.Join('.', _segments.TakeWhile(segment => segment is not ("*" or Any))) is var fixedPart && fixedPart.Length < Text.Length && fixedPart.Length > 0
        ? fixedPart + "."
        : fixedPart;

    /// <summary>Whether one type alone matches.</summary>
    public bool IsExact => !_segments.Any(segment => segment is "*" or Any);

    /// <returns>What is wrong with the pattern, as the message of a field; null where it is good.</returns>
    public static string? TryParse(string? text, out EventPattern? pattern)
    {
        pattern = null;
        if (string.IsNullOrEmpty(text)) return "is missing; financial.invoice.* is one, and ** is every event";
        if (text.Length > MaxLength) return $"has {text.Length} characters, more than {MaxLength}";
        var segments = text.Split('.').Select(segment => segment == "#" ? Any : segment).ToArray();
        foreach (var segment in segments)
        {
            if (segment is "*" or Any) continue;
            if (segment.Length == 0) return "has an empty segment; each is a word, * for one or ** for any number";
            if (!EventRules.IsSegment(segment))
            {
                return $"matches no event: '{segment}' is no word of a-z, 0-9, _ and -, and * or ** stand alone between dots";
            }
        }
        if (segments.Count(segment => segment == Any) > MaxOpenSegments) return $"has more than {MaxOpenSegments} segments of any number";
        if (segments is [not (Any or "*")]) return $"matches no event: a type has two words or more, as {segments[0]}.something; {segments[0]}.** is all of them";
        pattern = new EventPattern(text, segments);
        return null;
    }

    /// <exception cref="FormatException">It is no pattern; the message says why.</exception>
    public static EventPattern Parse(string text) =>
        TryParse(text, out var pattern) is { } wrong ? throw new FormatException($"The pattern '{text}' {wrong}.") : pattern!;

    public bool Matches(string eventType)
    {
        ArgumentNullException.ThrowIfNull(eventType);
        return _segments is [Any] || Matches(_segments, eventType);
    }

    public override string ToString() => Text;

    // Walks the type without cutting it up: this runs for each new type and pattern.
    private static bool Matches(ReadOnlySpan<string> pattern, ReadOnlySpan<char> type)
    {
        while (true)
        {
            if (pattern.IsEmpty) return type.IsEmpty;
            if (pattern[0] == Any)
            {
                if (Matches(pattern[1..], type)) return true;
                if (type.IsEmpty) return false;
                type = Rest(type);
                continue;
            }
            if (type.IsEmpty) return false;
            var end = type.IndexOf('.');
            var segment = end < 0 ? type : type[..end];
            if (pattern[0] != "*" && !segment.SequenceEqual(pattern[0])) return false;
            pattern = pattern[1..];
            type = Rest(type);
        }
    }

    private static ReadOnlySpan<char> Rest(ReadOnlySpan<char> type)
    {
        var end = type.IndexOf('.');
        return end < 0 ? [] : type[(end + 1)..];
    }
}
