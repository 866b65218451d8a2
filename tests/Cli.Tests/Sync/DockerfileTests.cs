using System.Text.RegularExpressions;
using Buildify.Cli.Modules;

namespace Buildify.Cli.Sync;

public partial class DockerfileTests
{
    public static TheoryData<string> Programs => ["Silo", "Worker", "Gateway"];

    [Theory]
    [MemberData(nameof(Programs))]
    public void A_program_s_image_is_built_on_Orleans_and_asks_after_itself(string program)
    {
        var file = Repository.Ours.Read($"{program}/Dockerfile")!;
        file.ShouldContain("ENV OrleansRuntime=Orleans");
        file.ShouldContain($"dotnet restore {program}/{program}.csproj --locked-mode");
        file.ShouldContain($"CMD [\"dotnet\", \"{program}.dll\", \"--healthcheck\"]");
        file.ShouldEndWith($"ENTRYPOINT [\"dotnet\", \"{program}.dll\"]\n");
        Hold(file);
    }

    [Fact]
    public void A_module_s_image_has_no_other_module_s_code()
    {
        var file = ModuleTemplates.Dockerfile("tax-reports").ShouldHaveSingleItem().Text;
        file.ShouldContain("! -path 'modules/tax-reports/*'");
        Hold(file);
    }

    [Theory]
    [InlineData("Services/web")]
    [InlineData("Services/container")]
    public void Other_images_hold_to_the_same(string template) => Hold(Templates.Of(template).Single(f => f.Path == "Dockerfile").Text);

    // What the last stage is: versions and a digest to pin it by, nobody's root, no setting, a health check that is not on localhost.
    private static void Hold(string file)
    {
        Instructions().Matches(file).Select(m => m.Groups[1].Value).ShouldAllBe(i => i == "ARG" || i == "FROM" || i == "WORKDIR" || i == "ENV" || i == "COPY" || i == "RUN" || i == "USER" || i == "EXPOSE" || i == "HEALTHCHECK" || i == "ENTRYPOINT");
        From().Matches(file).ShouldAllBe(m => m.Groups[1].Value.Contains("_VERSION}") && m.Groups[1].Value.Contains("_DIGEST:+@}"));
        Version().Matches(file).ShouldAllBe(m => char.IsAsciiDigit(m.Groups[1].Value[0]));
        var last = file[file.LastIndexOf("\nFROM", StringComparison.Ordinal)..];
        if (!last.Contains("unprivileged", StringComparison.Ordinal)) last.ShouldMatch(@"\nUSER (\$APP_UID|[1-9]\d*)\n");
        last.ShouldContain("\nHEALTHCHECK ");
        last.ShouldNotContain("\nENV ");
        file.ShouldNotContain("localhost");
        file.ShouldNotContain(":latest");
    }

    [GeneratedRegex(@"^([A-Z]+) ", RegexOptions.Multiline)]
    private static partial Regex Instructions();

    [GeneratedRegex(@"^FROM (\S+)", RegexOptions.Multiline)]
    private static partial Regex From();

    [GeneratedRegex(@"^ARG \w+_VERSION=(.+)$", RegexOptions.Multiline)]
    private static partial Regex Version();
}
