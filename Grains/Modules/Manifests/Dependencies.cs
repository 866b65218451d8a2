using System.Collections.Immutable;
using NuGet.Versioning;

namespace Buildify.Modules.Manifests;

/// <summary>A module as the graph of dependencies sees it.</summary>
internal sealed record ModuleNode(string Name, string Version, ImmutableSortedDictionary<string, string> DependsOn);

/// <summary>Decides over the graph of modules; knows no grain and no table.</summary>
internal static class Dependencies
{
    /// <summary>The cycle that a module would close, from it back to it; empty where there is none.</summary>
    public static ImmutableArray<string> CycleThrough(ModuleNode module, IReadOnlyDictionary<string, ModuleNode> installed)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        return Find(module, [module.Name]);

        ImmutableArray<string> Find(ModuleNode from, ImmutableArray<string> path)
        {
            foreach (var name in from.DependsOn.Keys)
            {
                if (name == module.Name) return path.Add(name);
                if (!seen.Add(name) || !installed.TryGetValue(name, out var next)) continue;
                if (Find(next, path.Add(name)) is { IsEmpty: false } cycle) return cycle;
            }
            return [];
        }
    }

    /// <summary>
    /// What must be on for a module to be on: the modules in an order in which each comes behind what it needs, the module itself
    /// last; and what cannot be had.
    /// </summary>
    public static (ImmutableArray<string> Order, ImmutableArray<string> Problems) Plan(
        string module, IReadOnlyDictionary<string, ModuleNode> installed)
    {
        var order = ImmutableArray.CreateBuilder<string>();
        var problems = ImmutableArray.CreateBuilder<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Visit(installed[module]);
        return (order.ToImmutable(), problems.ToImmutable());

        void Visit(ModuleNode node)
        {
            if (!seen.Add(node.Name)) return;
            foreach (var (name, range) in node.DependsOn)
            {
                if (name == Manifest.Core) continue;
                if (!installed.TryGetValue(name, out var dependency)) problems.Add($"{node.Name} needs {name} {range}, which is not installed");
                else if (!Admits(range, dependency.Version)) problems.Add($"{node.Name} needs {name} {range}, and {dependency.Version} is installed");
                else Visit(dependency);
            }
            order.Add(node.Name);
        }
    }

    private static bool Admits(string range, string version) =>
        SemverRange.TryParse(range)?.Contains(SemanticVersion.Parse(version)) == true;
}
