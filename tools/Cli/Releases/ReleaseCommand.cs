using System.Collections.Immutable;
using Buildify.Cli.Checks;
using Buildify.Specs;
using Buildify.Specs.Releases;

namespace Buildify.Cli.Releases;

/// <summary>Keeps a module's specs as those of a version that others may rely on: from then on the compiler refuses what breaks it.</summary>
internal sealed class ReleaseCommand(Workspace workspace, TextWriter output, TextWriter error)
{
    private const string Platform = "platform";

    public int Run(string module)
    {
        string[] known = [.. workspace.Modules(), .. workspace.Exists(PlatformSpecs.Folder) ? [Platform] : Array.Empty<string>()];
        if (!known.Contains(module)) return Refuse($"There is no module '{module}' here; {Nearest.Hint(module, known)}");

        // What breaks the release before is among the problems, unless the version says so.
        var problems = new Problems();
        var spec = module == Platform ? PlatformSpecs.Read(workspace, problems) : CheckedModule.Read(workspace, module, problems).Spec;
        if (spec is null)
        {
            foreach (var found in problems.InOrder()) error.WriteLine(found with { Place = found.Place with { File = workspace.Relative(found.Place.File) } });
            return 1;
        }
        var folder = module == Platform ? PlatformSpecs.Folder : $"{Workspace.ModulesFolder}/{module}";
        if (Released.Read(new SpecSources(workspace.Full(folder), ImmutableSortedDictionary<string, string>.Empty, IsPlatform: module == Platform), new Problems()) is { } before && before.Version == spec.Version)
        {
            if (IsSame(folder))
            {
                output.WriteLine($"{module} {spec.Version} is released already, with these specs.");
                return 0;
            }
            return Refuse($"{module} {spec.Version} is released already, with other specs; raise the version in {folder}/manifest.json.");
        }
        Released.Save(workspace.Full(folder));
        output.WriteLine($"wrote {folder}/spec/released: {module} {spec.Version}");
        return 0;
    }

    private bool IsSame(string folder) => Texts($"{folder}/spec", $"{folder}/manifest.json").SequenceEqual(Texts($"{folder}/spec/released", $"{folder}/spec/released/manifest.json"));

    private IEnumerable<(string, string?)> Texts(string folder, string manifest) => Specs.Reading.SpecFiles.Paths(workspace.Full(folder))
        .Select(path => (Path.GetFileName(path), workspace.Read(workspace.Relative(path)))).Append(("manifest.json", workspace.Read(manifest)));

    private int Refuse(string problem)
    {
        error.WriteLine(problem);
        return 1;
    }
}
