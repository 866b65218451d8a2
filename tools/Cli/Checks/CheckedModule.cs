using System.Collections.Immutable;
using System.Xml;
using System.Xml.Linq;
using Buildify.Specs;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;

namespace Buildify.Cli.Checks;

/// <summary>A module as its files have it.</summary>
/// <param name="Name">Its folder's.</param>
/// <param name="Spec">Null where its specs are wrong, which is told.</param>
/// <param name="Manifest">Null where it is no JSON object, which is told.</param>
internal sealed record CheckedModule(string Name, ModuleSpec? Spec, SpecMap? Manifest)
{
    private const string Contracts = ".Contracts.csproj";

    public static CheckedModule Read(Workspace workspace, string name, Problems problems)
    {
        var folder = workspace.Full($"{Workspace.ModulesFolder}/{name}");
        var read = SpecReader.Read(new SpecSources(folder, References(folder)));
        problems.AddRange(read.Diagnostics);
        var manifest = Path.Combine(folder, "manifest.json");
        return new CheckedModule(name, read.Module, JsonTree.Read(manifest, File.ReadAllBytes(manifest), new Problems()) as SpecMap);
    }

    /// <summary>Where a key of the manifest stands, as <c>backend</c>, <c>api_prefix</c>; of the file where it does not.</summary>
    public Place PlaceOf(params ReadOnlySpan<string> keys)
    {
        var (map, place) = (Manifest, new Place(Manifest?.Place.File ?? "", 1, 1));
        foreach (var key in keys)
        {
            if (map?.Entries.FirstOrDefault(e => e.Key == key) is not { } entry) return place;
            (map, place) = (entry.Value as SpecMap, entry.Value.Place);
        }
        return place;
    }

    public SpecNode? Node(string key) => Manifest?.Entries.FirstOrDefault(e => e.Key == key)?.Value;

    // The spec folders of the modules whose contracts its project references, as the build hands them to the compiler.
    private static ImmutableSortedDictionary<string, string> References(string folder)
    {
        var contracts = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var project in Directory.EnumerateFiles(folder, "*.csproj"))
        {
            foreach (var reference in Includes(project).Where(r => r.EndsWith(Contracts, StringComparison.Ordinal)))
            {
                var other = Path.GetFullPath(Path.Combine(folder, reference.Replace('\\', '/'), "..", ".."));
                // A module in a repository of its own names its own contracts, too.
                if (other != folder) contracts[Path.GetFileName(other)] = Path.Combine(other, "spec");
            }
        }
        return contracts.ToImmutable();
    }

    private static List<string> Includes(string project)
    {
        try
        {
            return XDocument.Load(project).Descendants("ProjectReference").Select(r => r.Attribute("Include")?.Value ?? "").ToList();
        }
        catch (XmlException)
        {
            // The build says where it is broken.
            return [];
        }
    }
}
