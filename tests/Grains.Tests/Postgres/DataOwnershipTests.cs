using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Buildify.Testing.Postgres;

namespace Buildify.Postgres;

/// <summary>Holds <c>docs/data-ownership.md</c> against the database and the sources.</summary>
public partial class DataOwnershipTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "..", "..", ".."));

    private static readonly string Page = File.ReadAllText(Path.Combine(Root, "docs", "data-ownership.md"));

    [Fact]
    public async Task Every_table_and_view_has_its_line_and_no_line_is_of_a_table_that_is_gone()
    {
        await using var database = await (await PostgresServer.Shared).CreateDatabaseAsync();
        var relations = (await database.RowsAsync(
                // The tables of single days are their parent's.
                "SELECT table_name::text, table_type::text FROM information_schema.tables WHERE table_schema = 'public' AND table_name !~ '_[0-9]{8}$'"))
            .ToLookup(row => (string)row[1]! == "VIEW", row => (string)row[0]!);

        Rows().Select(row => row.Table).ShouldBe(relations[false], ignoreOrder: true);
        Quoted().Matches(Page[Page.IndexOf("Views", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value).ShouldBe(relations[true], ignoreOrder: true);
    }

    [Fact]
    public void The_statements_that_write_a_table_are_where_the_page_says()
    {
        var tables = Rows().ToDictionary(row => row.Table, row => row.Files);
        var written = Directory.EnumerateFiles(Root, "*.*", SearchOption.AllDirectories)
            .Where(file => file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".sql", StringComparison.Ordinal))
            .Where(file => !Elsewhere().IsMatch(Path.GetRelativePath(Root, file)))
            .SelectMany(file => Writing().Matches(File.ReadAllText(file)).Select(match => (Table: match.Groups[1].Value, File: Path.GetFileName(file))))
            .Where(write => tables.ContainsKey(write.Table))
            .ToLookup(write => write.Table, write => write.File);

        foreach (var (table, files) in tables) written[table].Distinct().ShouldBe(files, ignoreOrder: true, $"who writes {table}");
    }

    private static IEnumerable<(string Table, string[] Files)> Rows() => Row().Matches(Page)
        .Select(match => (match.Groups[1].Value, Quoted().Matches(match.Groups[2].Value).Select(file => file.Groups[1].Value).ToArray()));

    private static string ThisFile([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^\| `(\w+)` \|[^|]*\|([^|]*)\|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?:INSERT INTO|UPDATE|DELETE\s+FROM)\s+(?:public\.)?(\w+)")]
    private static partial Regex Writing();

    // Tests and benches write what they like, to databases of their own.
    [GeneratedRegex(@"^(tests|bench|artifacts|modules[\\/][^\\/]+[\\/]tests)[\\/]")]
    private static partial Regex Elsewhere();
}
