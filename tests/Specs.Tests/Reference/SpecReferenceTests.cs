namespace Buildify.Specs.Reference;

public class SpecReferenceTests
{
    private static readonly string Page = SpecReference.Markdown();

    [Fact]
    public void The_page_has_every_key_with_its_other_spellings() => SpecKeys.All.SelectMany(g => g.Keys.SelectMany(k => k.Spellings)).ShouldAllBe(k => Page.Contains($"`{k}`"));

    [Fact]
    public void The_page_has_every_type() => Reading.Scalars.ByName.Keys.ShouldAllBe(t => Page.Contains($"`{t}") || Page.Contains($", {t}"));

    [Fact]
    public void The_page_explains_every_error() => SpecErrors.All.ShouldAllBe(e => Page.Contains($"### {e.Code}: {e.Title}\n\n{e.Explanation}\n"));

    [Fact]
    public void Every_row_of_the_page_has_as_many_cells_as_its_table() =>
        Page.Split('\n').Where(l => l.StartsWith('|')).ShouldAllBe(l => l.Replace("\\|", "").Count(c => c == '|') == 5 || l.Replace("\\|", "").Count(c => c == '|') == 4);
}
