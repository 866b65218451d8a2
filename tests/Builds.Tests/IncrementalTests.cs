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
        var changed = Changed(first).ToList();
        changed.Where(file => file.EndsWith("specs.stamp", StringComparison.Ordinal)).Select(Project).Order().ShouldBe(["Notes", "Notes.Contracts", "Products"]);
        changed.Where(file => file.EndsWith(".dll", StringComparison.Ordinal)).Select(Project).Intersect(Modules()).Order().ShouldBe(["Notes", "Notes.Contracts", "Products"]);
        changed.ShouldNotContain(file => file.EndsWith(".g.cs", StringComparison.Ordinal) && Project(file).StartsWith("Backend", StringComparison.Ordinal));
    }

    /// <summary>When what generators and compilers write was written.</summary>
    private Dictionary<string, DateTime> Written() => new[] { "specs.stamp", "*.g.cs", "*.dll" }
        .SelectMany(pattern => Directory.EnumerateFiles(Copy.At(Intermediate), pattern, SearchOption.AllDirectories))
        .ToDictionary(file => Path.GetRelativePath(Copy.At(Intermediate), file), File.GetLastWriteTimeUtc);

    private IEnumerable<string> Changed(Dictionary<string, DateTime> before) => Written().Where(file => !before.TryGetValue(file.Key, out var time) || time != file.Value).Select(file => file.Key);

    private static string Project(string file) => file[..file.IndexOf('/', StringComparison.Ordinal)];

    private IEnumerable<string> Modules() => Directory.EnumerateFiles(Copy.At("modules"), "*.csproj", SearchOption.AllDirectories).Select(file => Path.GetFileNameWithoutExtension(file));
}
