using System.Collections.Immutable;
using Buildify.Specs;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Cli.Services;

/// <summary>Whom the services name: each other, once, and not in a circle.</summary>
internal sealed class ServiceNames(ImmutableArray<ReadService> services, Problems problems)
{
    public void Check()
    {
        foreach (var twice in services.GroupBy(s => s.Service.Name).Where(g => g.Count() > 1))
        {
            var first = twice.First().Service.Place;
            foreach (var again in twice.Skip(1)) problems.Add(SpecErrors.DuplicateName, again.Service.Place, $"there is a service '{twice.Key}' in line {first.Line} already; give one of them another name");
        }
        var names = services.Select(s => s.Service.Name).ToImmutableHashSet(StringComparer.Ordinal);
        foreach (var needed in services.SelectMany(s => s.DependsOn).Where(d => !names.Contains(d.Value)))
        {
            problems.Add(ServiceKeys.UnknownService, needed.Place, $"there is no service '{needed.Value}' here; {Nearest.Hint(needed.Value, names)}");
        }
        var awaited = services.SelectMany(s => s.Service.DependsOn).ToImmutableHashSet(StringComparer.Ordinal);
        foreach (var (_, service) in services.Where(s => s.Service is { Image: not null, Health: null } && awaited.Contains(s.Service.Name)))
        {
            problems.Add(SpecErrors.MissingKey, service.Place, $"others wait until '{service.Name}' is well; say how to know, with 'health' (a shell's command that ends with 0)");
        }
        foreach (var (service, needed, circle) in Circles())
        {
            problems.Add(ServiceKeys.Cycle, needed.Place, $"'{service}' would wait for itself: {circle}; take one of them out");
        }
    }

    private IEnumerable<(string Service, SpecText Needed, string Circle)> Circles()
    {
        var edges = services.DistinctBy(s => s.Service.Name).ToDictionary(s => s.Service.Name, s => (IReadOnlyList<string>)s.Service.DependsOn, StringComparer.Ordinal);
        foreach (var circle in Cycles.In(edges))
        {
            // Told where it closes.
            var last = services.First(s => s.Service.Name == circle[^1]);
            yield return (circle[0], last.DependsOn.First(d => d.Value == circle[0]), string.Join(" → ", circle.Append(circle[0])));
        }
    }
}
