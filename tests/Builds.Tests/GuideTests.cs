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

        var run = (await Copy.Bash($"export PORT={HostProcess.FreePort()}\n{string.Join('\n', commands)}")).Succeeded();

        // Where it shows what comes out, that came out; … stands for what differs.
        foreach (var expected in Blocks(page, "text").SelectMany(block => block.Split('\n', '…')).Select(part => part.Trim()))
        {
            run.Said.ShouldContain(expected);
        }
    }

    private static List<string> Blocks(string page, string language) =>
        [.. Block().Matches(page).Where(block => block.Groups["language"].Value == language).Select(block => block.Groups["text"].Value)];

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
