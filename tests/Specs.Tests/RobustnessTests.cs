using Buildify.Specs.Reference;

namespace Buildify.Specs;

public class RobustnessTests
{
    public static TheoryData<string> Files => [.. FullSpec.Files.Keys];

    [Theory]
    [MemberData(nameof(Files))]
    public void Wherever_a_file_is_cut_off_its_mistakes_are_told_and_none_is_thrown(string file)
    {
        var text = FullSpec.Text(file, FullSpec.Files[file], isPlatform: true);

        // Every eleventh place falls on every kind of token.
        Reads(file, Enumerable.Range(0, text.Length / 11).Select(step => text[..(step * 11)]));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Whichever_line_is_missing_its_mistakes_are_told_and_none_is_thrown(string file)
    {
        var lines = FullSpec.Text(file, FullSpec.Files[file], isPlatform: true).Split('\n');

        Reads(file, lines.Select((_, line) => string.Join('\n', lines.Where((_, index) => index != line))));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Whichever_value_is_a_list_a_map_or_nothing_its_mistakes_are_told_and_none_is_thrown(string file)
    {
        var lines = FullSpec.Text(file, FullSpec.Files[file], isPlatform: true).Split('\n');
        var none = file.EndsWith(".json", StringComparison.Ordinal) ? "null" : "";

        Reads(file, lines.SelectMany((line, index) => Changed(line).Select(changed => string.Join('\n', lines.Select((l, i) => i == index ? changed : l)))));

        IEnumerable<string> Changed(string line)
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0 || line.TrimEnd().EndsWith('{')) return [];
            var comma = line.TrimEnd().EndsWith(',') ? "," : "";
            return new[] { "[[]]", "{ \"a\": 1 }", "\"\"", none }.Select(value => $"{line[..colon]}: {value}{comma}");
        }
    }

    private static void Reads(string file, IEnumerable<string> texts)
    {
        using var folder = new SpecFolder();
        using var other = new SpecFolder("other");
        FullSpec.Write(folder, other, isPlatform: true);
        foreach (var text in texts)
        {
            var result = folder.Write(file, text).Read(isPlatform: true);

            (result.Module is null).ShouldBe(!result.Diagnostics.IsEmpty);
            result.Diagnostics.ShouldNotContain(d => d.Place.Line < 1 || d.Place.Column < 1);
        }
    }
}
