namespace Buildify.Specs.Reference;

public class SpecKeysTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_spec_with_every_key_is_valid(bool isPlatform)
    {
        using var folder = new SpecFolder();
        using var other = new SpecFolder("other");
        FullSpec.Write(folder, other, isPlatform);

        folder.Errors(isPlatform).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Spellings))]
    public void A_typo_in_any_key_is_told_at_its_place_with_the_right_key(string group, string spelling)
    {
        var (file, line) = Find(group, spelling);
        var lines = FullSpec.Files[file].Split('\n');
        var column = lines[line].IndexOf(spelling, StringComparison.Ordinal);
        lines[line] = lines[line].Insert(column + spelling.Length, spelling[^1..]);
        using var folder = new SpecFolder();
        using var other = new SpecFolder("other");
        FullSpec.Write(folder, other, isPlatform: true);
        folder.Write(file, FullSpec.Text(file, string.Join('\n', lines), isPlatform: true));

        var isJson = file.EndsWith(".json", StringComparison.Ordinal);
        var told = folder.Errors(isPlatform: true).Where(e => e.Contains(SpecErrors.UnknownKey.Code, StringComparison.Ordinal)).ShouldHaveSingleItem();

        told.ShouldStartWith($"{file}({line + 1},{(isJson ? column : column + 1)}): error {SpecErrors.UnknownKey.Code}: '{spelling}{spelling[^1]}' is no key of ");
        told.ShouldEndWith($"did you mean '{spelling}'?");
    }

    [Theory]
    [MemberData(nameof(PlatformKeys))]
    public void What_is_for_the_platform_alone_is_refused_in_a_module(string group, string spelling)
    {
        var (file, line) = Find(group, spelling);
        using var folder = new SpecFolder();
        using var other = new SpecFolder("other");
        FullSpec.Write(folder, other, isPlatform: true);

        folder.Errors().ShouldContain(e => e.StartsWith($"{file}({line + 1},", StringComparison.Ordinal) && e.Contains(SpecErrors.PlatformOnly.Code, StringComparison.Ordinal));
    }

    [Fact]
    public void No_spelling_stands_for_two_keys() => SpecKeys.All.ShouldAllBe(g => g.Spellings(true).Distinct().Count() == g.Spellings(true).Count());

    [Fact]
    public void Every_group_has_a_name_of_its_own() => SpecKeys.All.Select(g => g.Id).ShouldBeUnique();

    public static TheoryData<string, string> Spellings()
    {
        var data = new TheoryData<string, string>();
        foreach (var group in SpecKeys.All)
        {
            foreach (var spelling in group.Spellings(isPlatform: true)) data.Add(group.Id, spelling);
        }
        return data;
    }

    public static TheoryData<string, string> PlatformKeys()
    {
        var data = new TheoryData<string, string>();
        foreach (var group in SpecKeys.All)
        {
            foreach (var key in group.Keys.Where(k => k.PlatformOnly)) data.Add(group.Id, key.Name);
        }
        return data;
    }

    private static (string File, int Line) Find(string group, string spelling)
    {
        foreach (var (file, text) in FullSpec.Files)
        {
            var lines = text.Split('\n');
            var line = Array.FindIndex(lines, l => l.Replace(" (platform)", "", StringComparison.Ordinal).TrimEnd().EndsWith($" {group}.{spelling}", StringComparison.Ordinal));
            if (line >= 0) return (file, line);
        }
        throw new InvalidOperationException($"FullSpec has no line marked {group}.{spelling}");
    }
}
