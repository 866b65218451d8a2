using System.Text.RegularExpressions;
using Buildify.Testing.Hosts;

namespace Buildify.Builds;

/// <summary>The guide is typed as it stands.</summary>
public sealed partial class GuideTests(RepositoryCopy copy) : BuildTest(copy)
{
    private const string Guide = "docs/module-guide.md";

    [Fact]
    public async Task Every_command_of_the_guide_runs_from_a_fresh_clone()
    {
        var page = await File.ReadAllTextAsync(Copy.At(Guide));
        var commands = Blocks(page, "sh");
        commands.ShouldNotBeEmpty();

        var run = (await Copy.Bash(string.Join('\n', commands), ("PORT", $"{HostProcess.FreePort()}"))).Succeeded();

        // Where it shows what comes out, that came out; … stands for what differs.
        foreach (var expected in Blocks(page, "text").SelectMany(block => block.Split('\n', '…')).Select(part => part.Trim()).Where(part => part.Length > 0))
        {
            run.Said.ShouldContain(expected);
        }
    }

    private static List<string> Blocks(string page, string language) =>
        [.. Block().Matches(page).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value)];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
