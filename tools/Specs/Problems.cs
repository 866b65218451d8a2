using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs;

/// <summary>Gathers what is wrong, so that all of it is told at once.</summary>
internal sealed class Problems
{
    private readonly List<Diagnostic> _found = [];

    public bool Any => _found.Count > 0;

    public void Add(SpecError error, Place place, string message) => _found.Add(new Diagnostic(error.Code, place, message));

    public void AddRange(IEnumerable<Diagnostic> diagnostics) => _found.AddRange(diagnostics);

    /// <summary>In the order of files and lines; what is said twice of one place is told once.</summary>
    public ImmutableArray<Diagnostic> InOrder() =>
    [
        .. _found.Distinct()
            .OrderBy(d => d.Place.File, StringComparer.Ordinal).ThenBy(d => d.Place.Line).ThenBy(d => d.Place.Column)
            .ThenBy(d => d.Code, StringComparer.Ordinal),
    ];

    /// <summary>False, and told, where this key stands in the same map already: the first counts.</summary>
    public static bool IsNew(Problems problems, ImmutableArray<SpecEntry>.Builder entries, string key, Place place)
    {
        foreach (var entry in entries)
        {
            if (entry.Key != key) continue;
            problems.Add(SpecErrors.DuplicateKey, place, $"'{key}' stands in line {entry.Place.Line} already; keep one of them");
            return false;
        }
        return true;
    }
}
