using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Checking;

/// <summary>What only one of a module may have.</summary>
internal static class Uniqueness
{
    public static void Check(ImmutableArray<DomainSpec> domains, Problems problems)
    {
        Domains(domains, problems);
        Operations(domains, problems);
        Routes(domains, problems);
    }

    private static void Domains(ImmutableArray<DomainSpec> domains, Problems problems)
    {
        foreach (var (first, second) in Twice(domains.Where(d => d.Name.Length > 0), d => Names.Pascal(d.Name)))
        {
            problems.Add(SpecErrors.DuplicateName, second.Place,
                $"domain '{second.Name}' stands in {Path.GetFileName(first.Place.File)} already; rename one, or put their operations together");
        }
    }

    private static void Operations(ImmutableArray<DomainSpec> domains, Problems problems)
    {
        var operations = domains.SelectMany(d => d.Operations).ToImmutableArray();
        foreach (var (first, second) in Twice(operations, o => Names.Pascal(o.Name)))
        {
            problems.Add(SpecErrors.DuplicateName, second.Place,
                $"'{second.Name}' is called as '{first.Name}' in {At(first.Place)}, and the module's client has one method of each; rename one");
        }
        foreach (var (first, second) in Twice(operations.Where(o => o.Task is not null), o => o.Task!))
        {
            problems.Add(SpecErrors.DuplicateName, second.Place,
                $"task '{second.Task}' calls '{first.Name}' in {At(first.Place)} already; give '{second.Name}' a task of its own");
        }
    }

    private static void Routes(ImmutableArray<DomainSpec> domains, Problems problems)
    {
        var routes = domains.SelectMany(d => d.Operations.Where(o => o.Rest is not null).Select(o => (Path: d.Prefix + o.Rest!.Path, o.Rest.Method, Operation: o)));
        foreach (var (first, second) in Twice(routes, r => $"{r.Method} {UrlPath.Pattern(r.Path)}"))
        {
            problems.Add(SpecErrors.SameRoute, second.Operation.Rest!.Place,
                $"{second.Method} {(second.Path.Length == 0 ? "on the module's prefix" : second.Path)} is the route of '{first.Operation.Name}' in {At(first.Operation.Place)} already; change the path or the method");
        }
    }

    private static IEnumerable<(T First, T Second)> Twice<T>(IEnumerable<T> items, Func<T, string> name)
    {
        var seen = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (!seen.TryAdd(name(item), item)) yield return (seen[name(item)], item);
        }
    }

    private static string At(Place place) => $"{Path.GetFileName(place.File)}, line {place.Line}";
}
