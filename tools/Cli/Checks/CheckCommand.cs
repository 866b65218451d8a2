using System.Collections.Immutable;
using Buildify.Specs;
using Buildify.Specs.Nodes;

namespace Buildify.Cli.Checks;

/// <summary>Checks every module by itself and all of them together, and tells all that is wrong at once.</summary>
internal sealed class CheckCommand(Workspace workspace, TextWriter output)
{
    /// <returns>The exit code: 1 where anything is wrong.</returns>
    public int Run()
    {
        var problems = new Problems();
        var platform = PlatformSpecs.Read(workspace, problems);
        var modules = workspace.Modules().Select(name => CheckedModule.Read(workspace, name, problems)).ToImmutableArray();
        foreach (var module in modules) new ModuleFolder(workspace, module, problems).Check();
        new SharedNames(workspace, platform, modules, problems).Check();
        Circles(modules, problems);

        foreach (var found in problems.InOrder()) output.WriteLine(found with { Place = found.Place with { File = workspace.Relative(found.Place.File) } });
        if (problems.Any) return 1;
        output.WriteLine($"{(modules.Length == 1 ? "1 module is" : $"{modules.Length} modules are")} as they should be.");
        return 0;
    }

    private static void Circles(ImmutableArray<CheckedModule> modules, Problems problems)
    {
        foreach (var circle in Cycles.In(modules.ToDictionary(m => m.Name, Needs, StringComparer.Ordinal)))
        {
            var last = modules.First(m => m.Name == circle[^1]);
            var consumed = last.Spec?.Consumes.FirstOrDefault(c => c.Service == circle[0]);
            problems.Add(ModuleErrors.Cycle, consumed?.Place ?? last.PlaceOf("depends_on", circle[0]),
                $"module '{circle[0]}' would need itself: {string.Join(" → ", circle.Append(circle[0]))}; let one of them publish an event instead of calling, or take the dependency out");
        }
    }

    private static IReadOnlyList<string> Needs(CheckedModule module) =>
    [
        .. (module.Node("depends_on") as SpecMap)?.Entries.Select(e => e.Key) ?? [],
        .. module.Spec?.Consumes.Select(c => c.Service) ?? [],
    ];
}
