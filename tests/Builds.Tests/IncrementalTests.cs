namespace Buildify.Builds;

public sealed class IncrementalTests(RepositoryCopy copy) : BuildTest(copy)
{
    private const string Intermediate = "artifacts/embedded/obj";

    [Fact]
    public async Task An_untouched_build_runs_no_generator_and_a_touched_spec_builds_its_module_alone()
    {
        Copy.Give("backend", "modules/backend");
        (await Copy.Dotnet("build", "AppHost")).Succeeded();
        var first = Written();

        (await Copy.Dotnet("build", "AppHost")).Succeeded();
        Changed(first).ShouldBeEmpty();

        // What products calls of notes is described with it: so products is compiled anew, and what consumes nothing is not.
        Copy.Edit("modules/notes/spec/notes.yaml", "summary: Keep a note.", "summary: Keep a short note.");
        (await Copy.Dotnet("build", "AppHost")).Succeeded();
        string[] touched = ["Notes", "Notes.Contracts", "Products"];
        ProjectsOf(Changed(first), "specs.stamp").ShouldBe(touched);
        ProjectsOf(Changed(first), ".dll").Intersect(Modules()).ShouldBe(touched);
        ProjectsOf(Changed(first), ".g.cs").ShouldNotContain("Backend.Contracts");
    }

    /// <summary>When what generators and compilers write was written.</summary>
    private Dictionary<string, DateTime> Written() => new[] { "specs.stamp", "*.g.cs", "*.dll" }
        .SelectMany(pattern => Directory.EnumerateFiles(Copy.At(Intermediate), pattern, SearchOption.AllDirectories))
        .ToDictionary(file => Path.GetRelativePath(Copy.At(Intermediate), file), File.GetLastWriteTimeUtc);

    private List<string> Changed(Dictionary<string, DateTime> before) =>
        [.. Written().Where(file => !before.TryGetValue(file.Key, out var time) || time != file.Value).Select(file => file.Key)];

    // obj/{project}/…
    private static IEnumerable<string> ProjectsOf(IEnumerable<string> files, string end) =>
        files.Where(file => file.EndsWith(end, StringComparison.Ordinal)).Select(file => file.Split('/')[0]).Distinct().Order(StringComparer.Ordinal);

    private IEnumerable<string> Modules() =>
        Directory.EnumerateFiles(Copy.At("modules"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file));
}
