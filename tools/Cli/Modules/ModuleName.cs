using Buildify.Specs.Checking;

namespace Buildify.Cli.Modules;

/// <summary>What a module is called in each place, all from the name of its folder.</summary>
/// <param name="Slug">The folder, the manifest and the routes: <c>tax-reports</c>.</param>
internal sealed record ModuleName(string Slug)
{
    /// <summary>No longer than what leaves room for tables' names within PostgreSQL's 63 bytes.</summary>
    private const int MaxLength = 40;

    /// <summary>The programs and libraries of the repository itself: a second assembly of their name would stand in their place.</summary>
    private static readonly string[] Projects = ["app-host", "bench", "cli", "conformance", "gateway", "hosting", "modules", "silo", "specs", "testing", "worker"];

    /// <summary>The namespace and the projects: <c>TaxReports</c>.</summary>
    public string Pascal => Names.Pascal(Slug);

    /// <summary>The domain and what tables begin with: <c>tax_reports</c>.</summary>
    public string Snake => Slug.Replace('-', '_');

    /// <summary>In words: <c>Tax reports</c>.</summary>
    public string Words => char.ToUpperInvariant(Slug[0]) + Slug[1..].Replace('-', ' ');

    /// <summary>Why a new module cannot be called so, and what to do; null where it can.</summary>
    /// <param name="taken">The modules that are there.</param>
    public static string? Problem(string name, IReadOnlyCollection<string> taken)
    {
        if (!IsKebab(name))
        {
            var better = Names.Snake(name).Replace('_', '-').TrimStart('0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '-');
            return $"'{name}' is no name of a module: 1 to {MaxLength} characters of a-z and 0-9, a letter first, words joined by one '-' (tax-reports)"
                + (IsKebab(better) ? $"; try {better}." : ".");
        }
        if (taken.Contains(name)) return $"There is a module '{name}' already, in modules/{name}; take another name, or delete that folder first.";
        if (ReservedNames.Modules.Contains(name) || Projects.Contains(name))
        {
            return $"'{name}' is the name of .NET, of a library or of a part of the platform, which a module would hide; call it {name}-module, or what it is.";
        }
        var pascal = Names.Pascal(name);
        return taken.FirstOrDefault(other => Names.Pascal(other).Equals(pascal, StringComparison.OrdinalIgnoreCase)) is { } same
            ? $"'{name}' would be {pascal} in C#, as '{same}' is; take another name."
            : null;
    }

    private static bool IsKebab(string name) =>
        name.Length is > 0 and <= MaxLength && char.IsAsciiLetterLower(name[0]) && name[^1] != '-' && !name.Contains("--", StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-');
}
