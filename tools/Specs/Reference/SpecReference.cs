using System.Text;

namespace Buildify.Specs.Reference;

/// <summary>The reference page of the specs, from the tables that the compiler checks with.</summary>
internal static class SpecReference
{
    private static readonly (string Type, string Also, string Meaning)[] Types =
    [
        ("string", "text", "Text; bounded by length and pattern"),
        ("int", "integer", "A whole number of 32 bits"),
        ("long", "", "A whole number of 64 bits"),
        ("decimal", "number, float, double", "A decimal number of 28 digits; money is never binary"),
        ("bool", "boolean", "true or false"),
        ("date", "", "A day, as 2026-01-31"),
        ("timestamp", "datetime", "An instant with its offset, as 2026-01-31T12:00:00Z"),
        ("uuid", "guid", "128 bits, as 0d7be1c2-98a8-4f0a-8d3b-5e0a8a1f6a11"),
        ("json", "", "Any JSON"),
        ("slug", "", "An id that people choose; " + Slug.Rule),
        ("display_name", "", "A name that people read, 1 to 200 characters"),
        ("list[type]", "list<type>, type[]", "Items in order"),
        ("map[type]", "map<string, type>", "Values by a string"),
        ("type?", "optional: true", "May be left out and be null"),
        ("InvoiceStatus", "{ type: enum, values: […] }", "An enum"),
        ("InvoiceLine", "", "A model of the module, or a view of one"),
    ];

    /// <summary>Markdown, with a line's end after the last line.</summary>
    public static string Markdown()
    {
        var page = new StringBuilder("# Specs: reference\n\nWritten by `tools/buildify sync` from the spec compiler's own tables (`SpecKeys`, `SpecErrors`).\n");
        foreach (var file in SpecKeys.All.GroupBy(g => g.File))
        {
            page.Append($"\n## {file.Key}\n");
            foreach (var group in file) Keys(page, group);
        }
        page.Append("\n## Types\n\n| type | also written | what it is |\n| --- | --- | --- |\n");
        foreach (var (type, also, meaning) in Types) page.Append($"| `{type}` | {(also.Length == 0 ? "" : $"`{also}`")} | {meaning} |\n");
        page.Append("\n## Errors\n\nA code keeps its meaning. Each error says its place: `file(line,column): error BSPEC001: …`.\n");
        foreach (var error in SpecErrors.All) page.Append($"\n### {error.Code}: {error.Title}\n\n{error.Explanation}\n");
        return page.ToString();
    }

    private static void Keys(StringBuilder page, KeyGroup group)
    {
        if (group.Where.Length > 0) page.Append($"\n### {group.Where}\n");
        page.Append("\n| key | takes | default | meaning |\n| --- | --- | --- | --- |\n");
        foreach (var key in group.Keys)
        {
            var aliases = key.Aliases.IsEmpty ? "" : $" ({string.Join(", ", key.Aliases.Select(a => $"`{a}`"))})";
            page.Append($"| `{key.Name}`{aliases} | {Cell(key.Type)} | {Cell(key.Default ?? "required")} | {Cell(key.Meaning)}{(key.PlatformOnly ? "; in the platform's own specs alone" : "")} |\n");
        }
    }

    // A bar would end the cell, and what is in angle brackets be taken for HTML.
    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
