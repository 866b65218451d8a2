namespace Buildify.Specs.Reference;

public class SpecErrorsTests
{
    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_mistake_is_told_with_its_code_at_its_place(string code, string place, string file, string text)
    {
        using var folder = new SpecFolder();
        Mistakes.Base(folder).Write(file, text);

        var errors = folder.Errors();
        errors.ShouldContain(e => e.StartsWith($"{place}: error {code}: ", StringComparison.Ordinal), $"{code} at {place}, not {string.Join(" | ", errors)}");
    }

    [Fact]
    public void Every_code_has_a_test_that_provokes_it() =>
        SpecErrors.All.Select(e => e.Code)
            .Except(Mistakes.All.Select(m => m.Error.Code)).Except(Mistakes.ElsewhereTested.Select(e => e.Code))
            .ShouldBeEmpty();

    [Fact]
    public void Codes_are_numbered_without_a_gap() =>
        SpecErrors.All.Select(e => e.Code).ShouldBe(Enumerable.Range(1, SpecErrors.All.Length).Select(n => $"BSPEC{n:000}"));

    [Fact]
    public void What_the_mistakes_are_made_in_is_valid_without_them()
    {
        using var folder = new SpecFolder();

        Mistakes.Base(folder).Errors().ShouldBeEmpty();
    }

    public static TheoryData<string, string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var mistake in Mistakes.All) data.Add(mistake.Error.Code, mistake.Place, mistake.File, mistake.Text);
        return data;
    }
}
