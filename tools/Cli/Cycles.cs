namespace Buildify.Cli;

/// <summary>Circles among things that need each other.</summary>
internal static class Cycles
{
    /// <summary>Each circle once, beginning with the one of its names that sorts first.</summary>
    /// <param name="edges">What each one needs; what is no key of it needs nothing.</param>
    public static IEnumerable<IReadOnlyList<string>> In(IReadOnlyDictionary<string, IReadOnlyList<string>> edges)
    {
        var done = new HashSet<string>(StringComparer.Ordinal);
        var found = new SortedDictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var start in edges.Keys.Order(StringComparer.Ordinal)) Walk(start, []);
        return found.Values;

        void Walk(string at, List<string> path)
        {
            if (path.IndexOf(at) is >= 0 and var from)
            {
                var circle = path[from..];
                var first = circle.IndexOf(circle.Min(StringComparer.Ordinal)!);
                circle = [.. circle[first..], .. circle[..first]];
                found[string.Join(' ', circle)] = circle;
                return;
            }
            if (done.Contains(at) || !edges.TryGetValue(at, out var needed)) return;
            path.Add(at);
            foreach (var next in needed) Walk(next, path);
            path.RemoveAt(path.Count - 1);
            done.Add(at);
        }
    }
}
