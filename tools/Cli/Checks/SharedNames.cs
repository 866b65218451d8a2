using System.Collections.Immutable;
using Buildify.Specs;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;

namespace Buildify.Cli.Checks;

/// <summary>What only one of all modules may have: prefixes and routes.</summary>
/// <param name="platform">Null where it could not be read.</param>
internal sealed class SharedNames(Workspace workspace, ModuleSpec? platform, ImmutableArray<CheckedModule> modules, Problems problems)
{
    public void Check()
    {
        Prefixes("api_prefix", m => m.Spec?.ApiPrefix, "backend", "api_prefix");
        Prefixes("schema_prefix", SchemaPrefix, "database", "schema_prefix");
        Routes();
    }

    private void Prefixes(string what, Func<CheckedModule, string?> prefix, params string[] keys)
    {
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var module in modules)
        {
            if (prefix(module) is not { } own) continue;
            if (!owners.TryAdd(own, module.Name))
            {
                problems.Add(ModuleErrors.SamePrefix, module.PlaceOf(keys), $"{what} '{own}' is the one of module '{owners[own]}' already; give one of them another");
            }
            else if (what == "api_prefix" && platform is not null && PlatformSpecs.PathUnder(platform, own) is { } path)
            {
                problems.Add(ModuleErrors.SamePrefix, module.PlaceOf(keys), $"api_prefix '{own}' is the platform's, which has {path}; set backend.api_prefix to another, as {own}-module");
            }
        }
    }

    private static string? SchemaPrefix(CheckedModule module) =>
        (module.Node("database") as SpecMap)?.Entries.FirstOrDefault(e => e.Key == "schema_prefix")?.Value is SpecText text ? text.Value : module.Name.Replace('-', '_') + "_";

    private void Routes()
    {
        var owners = new Dictionary<string, (string Owner, Place Place)>(StringComparer.Ordinal);
        foreach (var route in platform is null ? [] : PlatformSpecs.Routes(platform)) owners.TryAdd(route.Key, ("the platform", route.Operation.Place));
        foreach (var module in modules.Where(m => m.Spec is not null))
        {
            foreach (var route in PlatformSpecs.Routes(module.Spec!))
            {
                if (owners.TryAdd(route.Key, ($"module '{module.Name}'", route.Operation.Place))) continue;
                // Two of one module are the compiler's to tell.
                var (owner, place) = owners[route.Key];
                problems.Add(ModuleErrors.SameRoute, route.Operation.Rest!.Place, $"{route.Method} {route.Path} is a route of {owner} already ({workspace.Relative(place.File)}, line {place.Line}); change the path or the prefix");
            }
        }
    }
}
