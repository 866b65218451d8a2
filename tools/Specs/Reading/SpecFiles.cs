using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>The files of one module; null is what it does not have, or what could not be read, which is told.</summary>
/// <param name="Domains">Every other file of the folder, in the order of their names.</param>
/// <param name="IsPartial">One of the files that others name could not be read: what they name would seem unknown.</param>
internal sealed record SpecFiles(
    SpecNode? Manifest, SpecNode? Models, SpecNode? Events, SpecNode? Tasks, SpecNode? Consumes, ImmutableArray<SpecNode> Domains, bool IsPartial)
{
    public static SpecFiles Read(string manifest, string folder, Problems problems)
    {
        var byName = new Dictionary<string, SpecNode?>(StringComparer.Ordinal);
        var domains = ImmutableArray.CreateBuilder<SpecNode>();
        foreach (var path in Paths(folder))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            var root = YamlTree.Read(path, File.ReadAllText(path), problems);
            if (name is not ("models" or "events" or "tasks" or "manifest"))
            {
                if (root is not null) domains.Add(root);
            }
            else if (!byName.TryAdd(name, root))
            {
                problems.Add(SpecErrors.DuplicateName, new Place(path, 1, 1), $"there is a {name}.yaml and a {name}.yml; put them together");
            }
        }
        return new SpecFiles(
            ReadManifest(manifest, problems),
            byName.GetValueOrDefault("models"), byName.GetValueOrDefault("events"), byName.GetValueOrDefault("tasks"), byName.GetValueOrDefault("manifest"),
            domains.DrainToImmutable(),
            IsPartial: byName.ContainsValue(null));
    }

    /// <summary>The YAML files of a spec folder, without those below it, in the order of their names.</summary>
    public static IEnumerable<string> Paths(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(path => Path.GetExtension(path) is ".yaml" or ".yml").Order(StringComparer.Ordinal)
        : [];

    private static SpecNode? ReadManifest(string path, Problems problems)
    {
        if (File.Exists(path)) return JsonTree.Read(path, File.ReadAllBytes(path), problems);
        problems.Add(SpecErrors.MissingManifest, new Place(path, 1, 1),
            "there is no manifest.json; write { \"name\": …, \"display_name\": …, \"version\": \"0.1.0\" }");
        return null;
    }
}
