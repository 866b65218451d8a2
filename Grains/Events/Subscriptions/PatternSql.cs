using System.Text;

namespace Buildify.Events.Subscriptions;

/// <summary>A pattern as PostgreSQL asks it.</summary>
/// <param name="Prefix">What every type begins with.</param>
/// <param name="Regex">Over the type with a dot behind it; null where the prefix says it all.</param>
internal sealed record PatternSql(string Prefix, string? Regex)
{
    public static PatternSql Of(EventPattern pattern)
    {
        var segments = pattern.Text.Split('.').Select(segment => segment == "#" ? "**" : segment).ToArray();
        if (segments is ["**"]) return new PatternSql("", Regex: null);
        var regex = new StringBuilder("^");
        foreach (var segment in segments)
        {
            regex.Append(segment switch { "*" => @"[^.]+\.", "**" => @"([^.]+\.)*", _ => System.Text.RegularExpressions.Regex.Escape(segment) + @"\." });
        }
        // A type may end where the pattern's open part begins: financial.invoice.** has financial.invoice as well.
        var prefix = pattern.IsExact ? pattern.Text : pattern.Prefix.TrimEnd('.');
        return new PatternSql(prefix, regex.Append('$').ToString());
    }
}
