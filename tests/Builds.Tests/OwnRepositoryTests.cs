using Buildify.Testing.Hosts;

namespace Buildify.Builds;

/// <summary>Modules that were moved out: of Buildify they have packages alone.</summary>
public sealed class OwnRepositoryTests(RepositoryCopy copy) : BuildTest(copy)
{
    private static readonly string Kit = Package("Buildify.Grains.Interfaces");

    [Fact]
    public async Task Notes_copied_out_builds_against_packages_and_runs()
    {
        // Beside the copy, not in it: nothing of the repository's own is above it. The name ends what may be left running with the copy.
        await using var place = new HostFolder();
        var elsewhere = Directory.CreateDirectory(Path.Combine(place.Path, Path.GetFileName(Copy.Folder))).FullName;
        (await Copy.Bash($"tools/buildify pack {elsewhere}/feed")).Succeeded();
        await Write(elsewhere, "NuGet.config", await NuGetConfiguration(elsewhere));
        await MoveNotes(elsewhere);
        await Write(elsewhere, "host/NotesHost.csproj",
            Project("Microsoft.NET.Sdk.Web", Package("Buildify.AppHost"), """<ProjectReference Include="../notes/Notes.csproj" />"""));
        await Write(elsewhere, "host/Program.cs", "return await Buildify.AppHost.BuildifyHost.Run(args, ModuleList.All);\n");

        (await Copy.DotnetIn(elsewhere, "build", "host", "-warnaserror")).Succeeded();
        await AnswersARoute(Path.Combine(elsewhere, "host/bin/Debug/net10.0/NotesHost.dll"));
        await IsConsumedFromItsPackage(elsewhere);

        var specs = Path.Combine(elsewhere, "notes/spec/notes.yaml");
        var slip = (await File.ReadAllTextAsync(specs)).Replace("  rest: { prefix", "  resst: { prefix", StringComparison.Ordinal);
        await File.WriteAllTextAsync(specs, slip);
        var build = (await Copy.DotnetIn(elsewhere, "build", "host", "--no-restore")).Failed();
        build.Blames[0].ShouldStartWith($"{specs}(4,3): error BSPEC005: ");
        build.Blames.Count.ShouldBe(2, build.Said);
    }

    private static async Task AnswersARoute(string program)
    {
        await using var folder = new HostFolder();
        await using var host = await StartHost(program, folder, "notes");
        (await Catalogue(host)).ShouldBe(new Dictionary<string, string> { ["notes"] = "installed" });
        await host.Call(HttpMethod.Post, "/api/v1/notes?company_id=berlin", """{"title":"Milk"}""", "acme");
        var notes = await host.Call(HttpMethod.Get, "/api/v1/notes?company_id=berlin", tenant: "acme");
        notes.GetProperty("items")[0].GetProperty("title").GetString().ShouldBe("Milk");
        (await host.Http.GetStringAsync("/modules/notes/client.js")).ShouldContain("NotesClient");
    }

    /// <summary>Another repository's module has the contracts of notes as a package, with the specs in it.</summary>
    private async Task IsConsumedFromItsPackage(string elsewhere)
    {
        (await Copy.DotnetIn(elsewhere, "pack", "notes/contracts", "--output", "feed")).Succeeded();
        Copy.CopyOut("modules/products", Path.Combine(elsewhere, "other/products"));
        await Write(elsewhere, "other/products/Products.csproj",
            Project("Microsoft.NET.Sdk", Kit, Package("Notes.Contracts", "1.0.0"), """<ProjectReference Include="contracts/Products.Contracts.csproj" />"""));
        await Write(elsewhere, "other/products/contracts/Products.Contracts.csproj", Project("Microsoft.NET.Sdk", Kit));
        (await Copy.DotnetIn(elsewhere, "build", "other/products", "-warnaserror")).Succeeded();
    }

    private async Task MoveNotes(string elsewhere)
    {
        Copy.CopyOut("modules/notes", Path.Combine(elsewhere, "notes"));
        await Write(elsewhere, "notes/Notes.csproj", Project("Microsoft.NET.Sdk", Kit, """<ProjectReference Include="contracts/Notes.Contracts.csproj" />"""));
        await Write(elsewhere, "notes/contracts/Notes.Contracts.csproj", Project("Microsoft.NET.Sdk", Kit));
    }

    // The machine's own sources stay. What is restored is kept here and not among the user's packages, where the next run would find it in
    // the place of its own; what the user has is taken from there.
    private async Task<string> NuGetConfiguration(string elsewhere)
    {
        var packages = (await Copy.DotnetIn(elsewhere, "nuget", "locals", "global-packages", "--list")).Succeeded().Said.Split(':', 2)[1].Trim();
        return $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="packages" /></config>
              <fallbackPackageFolders><add key="user" value="{packages}" /></fallbackPackageFolders>
              <packageSources><add key="feed" value="feed" /></packageSources>
            </configuration>
            """;
    }

    private static string Package(string name, string version = "0.1.0") => $"""<PackageReference Include="{name}" Version="{version}" />""";

    private static string Project(string sdk, params IEnumerable<string> references) => $"""
        <Project Sdk="{sdk}">
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
          <ItemGroup>
            {string.Join("\n    ", references)}
          </ItemGroup>
        </Project>
        """;

    private static Task Write(string folder, string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
        return File.WriteAllTextAsync(Path.Combine(folder, path), text);
    }
}
