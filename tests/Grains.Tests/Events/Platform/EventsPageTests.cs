using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Buildify.Events.Platform;

/// <summary>Holds the table in <c>docs/events.md</c> to the platform's declarations.</summary>
public sealed partial class EventsPageTests
{
    private const string Begin = "<!-- from the declarations: EventsPageTests says what belongs here -->\n";
    private const string End = "<!-- end -->";

    [Fact]
    public void The_page_s_table_is_what_the_declarations_say()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs/events.md"));
        var table = page[(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)..page.IndexOf(End, StringComparison.Ordinal)];

        table.ShouldBe(Table());
    }

    [Fact]
    public void Every_type_and_every_field_says_what_it_is()
    {
        foreach (var type in EventCatalog.From([]).All)
        {
            Summary(type.Record).ShouldNotBeEmpty(type.Name);
            foreach (var field in type.Record.GetProperties()) Field(type.Record, field.Name).ShouldNotBeEmpty($"{type.Name}: {field.Name}");
        }
    }

    private static string Table()
    {
        var table = new StringBuilder("| event | says | payload |\n| --- | --- | --- |\n");
        foreach (var type in EventCatalog.From([]).All)
        {
            var fields = type.Record.GetProperties().Select(property => $"`{EventTypeRules.FieldOf(property)}`");
            table.Append($"| `{type.Name}` | {Summary(type.Record)} | {string.Join(", ", fields)} |\n");
        }
        return table.ToString();
    }

    private static string Summary(Type record) => Text(Docs.Value.GetValueOrDefault($"T:{record.FullName}")?.Element("summary"));

    private static string Field(Type record, string name) =>
        Text(Docs.Value.GetValueOrDefault($"T:{record.FullName}")?.Elements("param").FirstOrDefault(param => param.Attribute("name")!.Value == name));

    private static string Text(XElement? doc) => doc is null ? "" : Spaces().Replace(
        string.Concat(doc.Nodes().Select(node => node is XElement { Name.LocalName: "c" } code ? $"`{code.Value}`" : node is XText text ? text.Value : "")), " ").Trim();

    private static readonly Lazy<Dictionary<string, XElement>> Docs = new(() =>
        XDocument.Load(Path.ChangeExtension(typeof(EventCatalog).Assembly.Location, ".xml")).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value));

    private static string Root([System.Runtime.CompilerServices.CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "../../../.."));

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
