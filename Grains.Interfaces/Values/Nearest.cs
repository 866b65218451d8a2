namespace Buildify;

/// <summary>Finds the known name that a mistyped one was meant to be.</summary>
public static class Nearest
{
    /// <summary>No name of ours is longer; what is, is no slip of the finger.</summary>
    private const int MaxLength = 64;

    /// <summary>The known name nearest to this one; null where none is near (more than a third of the letters differ).</summary>
    public static string? To(string name, IEnumerable<string> known)
    {
        if (name.Length > MaxLength) return null;
        var best = known.Select(candidate => (Name: candidate, Distance: Distance(name, candidate))).OrderBy(x => x.Distance).FirstOrDefault();
        return best.Name is not null && best.Distance <= Math.Max(1, Math.Max(name.Length, best.Name.Length) / 3) ? best.Name : null;
    }

    /// <summary>Half a sentence for an error message: the nearest name, or all of them.</summary>
    public static string Hint(string name, IEnumerable<string> known) => To(name, known) is { } nearest
        ? $"did you mean '{nearest}'?"
        : $"known are {string.Join(", ", known.Order(StringComparer.Ordinal).Take(20))}";

    // Levenshtein's distance in two rows.
    private static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b)
    {
        b = b[..Math.Min(b.Length, MaxLength)];
        Span<int> previous = stackalloc int[b.Length + 1];
        Span<int> current = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) previous[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var substitution = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(substitution, Math.Min(previous[j], current[j - 1]) + 1);
            }
            current.CopyTo(previous);
        }
        return previous[b.Length];
    }
}
