namespace Buildify.Builds;

/// <summary>What is wrong with a module is told at its place, by the build.</summary>
public sealed class RefusalTests(RepositoryCopy copy) : BuildTest(copy)
{
    private const string Notes = "modules/notes/Notes.csproj";

    [Fact]
    public async Task A_typo_in_a_spec_fails_the_build_at_its_line_with_the_right_key()
    {
        Copy.Edit("modules/notes/spec/notes.yaml", "  rest: { prefix", "  resst: { prefix");
        var build = (await Copy.Dotnet("build", Notes, "--no-restore")).Failed();
        build.Blames[0].ShouldStartWith($"{Copy.At("modules/notes/spec/notes.yaml")}(4,3): error BSPEC005: ");
        build.Blames[0].ShouldContain("did you mean 'rest'?");
        // That the module was not compiled is said once, in words, and nothing that follows from it is.
        build.Blames[1].ShouldContain("error BSPEC901: The specs of 'notes' do not compile");
        build.Blames.Count.ShouldBe(2, build.Said);
    }

    [Theory]
    [InlineData("<ProjectReference Include=\"../../Grains/Grains.csproj\" />", "BSPEC900", "not ../../Grains/Grains.csproj.")]
    [InlineData("<ProjectReference Include=\"../products/Products.csproj\" />", "BSPEC900", "not ../products/Products.csproj.")]
    [InlineData("<PackageReference Include=\"Buildify.Hosting\" />", "BSPEC900", "not Buildify.Hosting.")]
    [InlineData("<ProjectReference Include=\"../products/contracts/Products.Contracts.csproj\" />", "BSPEC049", "the project references the contracts of 'products' and consumes nothing of it")]
    public async Task A_module_that_references_more_than_it_may_does_not_build(string reference, string code, string said)
    {
        Copy.Write(Notes, $"<Project Sdk=\"Microsoft.NET.Sdk\"><ItemGroup>{reference}</ItemGroup></Project>");
        // The guard does not wait for what restore thinks of it.
        var build = (await Copy.Dotnet("build", Notes, "--no-restore")).Failed();
        build.Blames[0].ShouldContain($"error {code}: ");
        build.Blames[0].ShouldContain(said);
    }
}
