using System.Text.RegularExpressions;

namespace Buildify;

/// <summary>The ids that people choose: tenants, companies, modules.</summary>
public static partial class Slug
{
    /// <summary>The rule, for messages.</summary>
    public const string Rule =
        "must be 1 to 40 characters of a-z, 0-9 and '-', beginning with a letter or digit (acme, berlin-2)";

    public static bool IsValid(string? id) => id is not null && Pattern().IsMatch(id);

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9-]{0,39}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
