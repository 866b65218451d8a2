using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads one file of operations.</summary>
internal sealed class DomainReader(ModuleScope scope)
{
    public DomainSpec? Read(SpecNode root)
    {
        if (scope.Fields(root, SpecKeys.Domain) is not { } fields) return null;
        var name = fields.Text("domain", required: true);
        if (name is not null) Names.CheckMember(name.Value, name.Place, "a domain", scope.Problems);
        var config = fields.Node("config") is { } node ? scope.Fields(node, SpecKeys.DomainConfig) : null;
        var grain = config?.Node("grain") is { } grainNode ? scope.Fields(grainNode, SpecKeys.DomainGrain) : null;
        var rest = config?.Node("rest") is { } restNode ? scope.Fields(restNode, SpecKeys.DomainRest) : null;
        var key = GrainKeys.Read(grain?.Text("key"), scope);
        var prefix = rest?.Text("prefix");
        var placeholders = prefix is null ? [] : UrlPath.Placeholders(prefix, scope.Problems);
        var domain = new DomainSpec
        {
            Name = name?.Value ?? "",
            Summary = fields.Text("summary")?.Value,
            Key = key?.Kind ?? GrainKeyKind.Company,
            KeyParameter = key?.Parameter,
            Prefix = prefix?.Value ?? "",
            Tags = rest is { } r && r.Has("tags") ? [.. r.Words("tags").Select(t => t.Value)] : name is null ? [] : [name.Value],
            Place = name?.Place ?? fields.Place,
        };
        var operations = new OperationReader(scope, domain, placeholders);
        return domain with { Operations = [.. fields.Named("operations").Select(operations.Read).OfType<OperationSpec>()] };
    }

    /// <summary>The records that operations of this file take over REST; known before any view is worked out.</summary>
    public static IEnumerable<string> RestInputs(SpecNode root)
    {
        foreach (var operation in Children(root, "operations").SelectMany(o => (o as SpecMap)?.Entries ?? []))
        {
            if (Children(operation.Value, "rest").Any() && Children(operation.Value, "input").FirstOrDefault() is SpecText input) yield return input.Value;
        }
    }

    private static IEnumerable<SpecNode> Children(SpecNode node, string key) =>
        node is SpecMap map ? map.Entries.Where(e => e.Key == key).Select(e => e.Value) : [];
}
