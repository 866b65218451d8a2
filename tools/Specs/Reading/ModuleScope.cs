using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;

namespace Buildify.Specs.Reading;

/// <summary>What the readers of one module share.</summary>
/// <param name="Permissions">Declared in the manifest.</param>
internal sealed record ModuleScope(
    string Name, string Namespace, ImmutableHashSet<string> Permissions, bool IsPlatform, Catalog Catalog, Problems Problems)
{
    public ImmutableArray<EventSpec> Events { get; init; } = [];

    public ImmutableArray<TaskSpec> Tasks { get; init; } = [];

    public TypeReader Types { get; } = new(Catalog, Problems);

    /// <summary>As <c>financial.invoice.created</c>, of that or of <c>invoice.created</c>.</summary>
    public string FullName(string name) => name.StartsWith(Name + ".", StringComparison.Ordinal) ? name : $"{Name}.{name}";

    public Fields? Fields(SpecNode node, Reference.KeyGroup group) => Reading.Fields.Of(node, group, Problems, IsPlatform);
}
