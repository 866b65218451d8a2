using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Releases;

/// <summary>Gathers what a change breaks.</summary>
/// <param name="wayOut">What each message ends with: the version that would admit it.</param>
internal sealed class Breaks(string wayOut)
{
    private readonly Problems _problems = new();

    /// <param name="broken">What broke and what would keep it, without the end of the sentence.</param>
    public void Add(SpecError error, Place place, string broken) => _problems.Add(error, place, $"{broken}, {wayOut}");

    public ImmutableArray<Diagnostic> InOrder() => _problems.InOrder();
}
