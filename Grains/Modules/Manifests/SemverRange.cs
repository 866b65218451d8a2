using NuGet.Versioning;

namespace Buildify.Modules.Manifests;

/// <summary>
/// A range of versions as npm writes it: <c>^1.2</c>, <c>~1.2.3</c>, <c>&gt;=1.0 &lt;2.0</c>, <c>1.x</c>, <c>*</c>, and
/// alternatives with <c>||</c> (https://docs.npmjs.com/cli/v11/configuring-npm/package-json#dependencies). Versions are parsed and
/// ordered by NuGet.Versioning; a library that reads npm's ranges (SemanticVersioning) should replace this file where it can be had.
/// </summary>
internal sealed class SemverRange
{
    // The longer ones first: '>=' begins with '>'.
    private static readonly string[] Operators = [">=", "<=", ">", "<", "=", "^", "~"];

    private readonly IReadOnlyList<IReadOnlyList<(string Operator, SemanticVersion Version)>> _alternatives;

    private SemverRange(IReadOnlyList<IReadOnlyList<(string, SemanticVersion)>> alternatives) => _alternatives = alternatives;

    /// <summary>Null where the text is no range.</summary>
    public static SemverRange? TryParse(string text)
    {
        var alternatives = new List<IReadOnlyList<(string, SemanticVersion)>>();
        foreach (var alternative in text.Split("||"))
        {
            var bounds = new List<(string, SemanticVersion)>();
            var terms = alternative.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (terms.Length == 0) return null;
            foreach (var term in terms)
            {
                if (Bounds(term) is not { } more) return null;
                bounds.AddRange(more);
            }
            alternatives.Add(bounds);
        }
        return new SemverRange(alternatives);
    }

    public bool Contains(SemanticVersion version) => _alternatives.Any(bounds =>
        bounds.All(bound => Holds(version, bound.Operator, bound.Version)) && AdmitsPrerelease(version, bounds));

    private static bool Holds(SemanticVersion version, string @operator, SemanticVersion bound) => @operator switch
    {
        ">=" => version >= bound,
        ">" => version > bound,
        "<" => version < bound,
        "<=" => version <= bound,
        _ => version == bound,
    };

    // npm: 2.0.0-beta is in ^2.0.0-alpha, and in no range that names no prerelease of 2.0.0.
    private static bool AdmitsPrerelease(SemanticVersion version, IReadOnlyList<(string, SemanticVersion Version)> bounds) =>
        !version.IsPrerelease || bounds.Any(bound => bound.Version.IsPrerelease && bound.Version.Major == version.Major
            && bound.Version.Minor == version.Minor && bound.Version.Patch == version.Patch);

    private static (string, SemanticVersion)[]? Bounds(string term)
    {
        var @operator = Operators.FirstOrDefault(o => term.StartsWith(o, StringComparison.Ordinal)) ?? "";
        if (Partial.TryParse(term[@operator.Length..]) is not { } partial) return null;
        if (partial.Parts == 0) return @operator is "<" or ">" ? null : [(">=", partial.Lowest)];
        return @operator switch
        {
            "^" => [(">=", partial.Lowest), ("<", partial.CaretEnd)],
            "~" => [(">=", partial.Lowest), ("<", partial.Parts == 1 ? partial.End(1) : partial.End(2))],
            ">=" => [(">=", partial.Lowest)],
            "<" => [("<", partial.Lowest)],
            ">" => partial.Parts == 3 ? [(">", partial.Lowest)] : [(">=", partial.End(partial.Parts))],
            "<=" => partial.Parts == 3 ? [("<=", partial.Lowest)] : [("<", partial.End(partial.Parts))],
            _ => partial.Parts == 3 ? [("=", partial.Lowest)] : [(">=", partial.Lowest), ("<", partial.End(partial.Parts))],
        };
    }

    /// <summary>A version of which only the first parts may be given: <c>1</c>, <c>1.2</c>, <c>1.x</c>, <c>1.2.3-beta</c>.</summary>
    private sealed record Partial(int Parts, SemanticVersion Lowest)
    {
        public static Partial? TryParse(string text)
        {
            var numbers = text.Split('-', '+')[0].Split('.');
            var parts = numbers.TakeWhile(n => n is not ("x" or "X" or "*" or "")).Count();
            if (numbers.Length > 3 || numbers.Skip(parts).Any(n => n is not ("x" or "X" or "*"))) return null;
            var padded = string.Join('.', numbers.Take(parts).Concat(Enumerable.Repeat("0", 3 - parts)));
            var full = parts == 3 ? text : padded;
            return SemanticVersion.TryParse(full, out var lowest) ? new Partial(parts, lowest) : null;
        }

        /// <summary>The first version behind all that share this one's first parts; its prereleases count as behind too.</summary>
        public SemanticVersion End(int sharedParts) => sharedParts switch
        {
            1 => Before(Lowest.Major + 1, 0, 0),
            2 => Before(Lowest.Major, Lowest.Minor + 1, 0),
            _ => Before(Lowest.Major, Lowest.Minor, Lowest.Patch + 1),
        };

        /// <summary>A caret lets everything move behind the first part that is not zero.</summary>
        public SemanticVersion CaretEnd =>
            Lowest.Major > 0 || Parts == 1 ? End(1) : Lowest.Minor > 0 || Parts == 2 ? End(2) : End(3);

        private static SemanticVersion Before(int major, int minor, int patch) => new(major, minor, patch, "0");
    }
}
