using System.Collections.Immutable;
using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads what of other modules is called, and finds it in their own specs.</summary>
/// <param name="contracts">The spec folders of the modules whose contracts are referenced, by their names.</param>
internal sealed class ConsumesReader(string module, ImmutableSortedDictionary<string, string> contracts, Problems problems, bool isPlatform)
{
    private readonly HashSet<string> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ModuleSpec?> _modules = new(StringComparer.Ordinal);

    /// <summary>The records of the modules that were found, with the module.</summary>
    public ImmutableDictionary<string, string> Records() =>
        _modules.Values.OfType<ModuleSpec>().SelectMany(m => m.Records.Select(r => (r.Name, Module: m.Name)))
            .DistinctBy(r => r.Name).ToImmutableDictionary(r => r.Name, r => r.Module);

    public ImmutableArray<ConsumedSpec> Read(SpecNode? root)
    {
        var file = root is null ? null : Fields.Of(root, SpecKeys.ConsumesFile, problems, isPlatform);
        var consumed = ImmutableArray.CreateBuilder<ConsumedSpec>();
        foreach (var item in file?.Items("consumes") ?? [])
        {
            if (Fields.Of(item, SpecKeys.Consume, problems, isPlatform) is not { } fields || Consumed(fields) is not { } found) continue;
            if (consumed.Any(c => c.Service == found.Service && c.Domain.Name == found.Domain.Name))
            {
                problems.Add(SpecErrors.DuplicateName, found.Place,
                    $"'{found.Service}' and its domain '{found.Domain.Name}' are consumed already; put the operations together");
                continue;
            }
            consumed.Add(found);
        }
        return consumed.DrainToImmutable();
    }

    /// <summary>Every module whose contracts are referenced is to be consumed.</summary>
    public void CheckUnused(Place place)
    {
        // Where a name is wrong, the contracts that were meant would only be told a second time.
        if (_named.Any(name => name != module && !contracts.ContainsKey(name))) return;
        foreach (var name in contracts.Keys.Where(name => !_named.Contains(name)))
        {
            problems.Add(SpecErrors.UnusedContracts, place,
                $"the project references the contracts of '{name}' and consumes nothing of it; add it under consumes in spec/manifest.yaml, or take the reference out");
        }
    }

    private ConsumedSpec? Consumed(Fields fields)
    {
        var (service, domainName, operations) = (fields.Text("service", required: true), fields.Text("domain", required: true), fields.Words("operations", required: true));
        if (service is null || domainName is null || Module(service) is not { } found) return null;
        if (found.Domains.FirstOrDefault(d => d.Name == domainName.Value) is not { } domain)
        {
            problems.Add(SpecErrors.UnknownConsumed, domainName.Place,
                $"module '{service.Value}' {found.Version} has no domain '{domainName.Value}'; {Hint(domainName.Value, found.Domains.Select(d => d.Name))}");
            return null;
        }
        var chosen = ImmutableArray.CreateBuilder<OperationSpec>();
        foreach (var name in operations)
        {
            if (domain.Operations.FirstOrDefault(o => o.Name == name.Value) is not { } operation)
            {
                problems.Add(SpecErrors.UnknownConsumed, name.Place,
                    $"domain '{domain.Name}' of '{service.Value}' {found.Version} has no operation '{name.Value}'; {Hint(name.Value, domain.Operations.Select(o => o.Name))}");
            }
            else if (chosen.Any(o => o.Name == operation.Name))
            {
                problems.Add(SpecErrors.DuplicateName, name.Place, $"'{name.Value}' is listed twice; keep one of them");
            }
            else
            {
                chosen.Add(Foreign(operation, service.Value));
            }
        }
        domain = domain with { Operations = [.. domain.Operations.Select(o => Foreign(o, service.Value))] };
        return new ConsumedSpec(service.Value, found.Version, found.Namespace, found.ApiPrefix, domain, chosen.DrainToImmutable(), service.Place);
    }

    private ModuleSpec? Module(SpecText service)
    {
        _named.Add(service.Value);
        if (service.Value == module)
        {
            problems.Add(SpecErrors.ConsumesItself, service.Place, $"'{module}' consumes itself; call its grains directly");
            return null;
        }
        if (!contracts.TryGetValue(service.Value, out var folder))
        {
            var project = Names.Pascal(service.Value);
            problems.Add(SpecErrors.MissingContracts, service.Place, $"the contracts of '{service.Value}' are not referenced; "
                + (Nearest.To(service.Value, contracts.Keys) is { } near ? $"did you mean '{near}'? If not, add " : "add ")
                + $"<ProjectReference Include=\"../{service.Value}/contracts/{project}.Contracts.csproj\" /> to the project");
            return null;
        }
        if (!_modules.TryGetValue(service.Value, out var found)) _modules[service.Value] = found = ReadModule(folder);
        if (found is null) problems.Add(SpecErrors.BrokenContracts, service.Place, $"the contracts of '{service.Value}' do not compile; build that module to see why ({folder})");
        return found;
    }

    // In a repository the manifest stands beside the spec folder, in a package inside of it.
    private static ModuleSpec? ReadModule(string folder)
    {
        var beside = Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder)) ?? "", "manifest.json");
        var own = new Problems();
        var found = ModuleReader.Read(File.Exists(beside) ? beside : Path.Combine(folder, "manifest.json"), folder, contracts: null, isPlatform: false, own);
        return own.Any ? null : found;
    }

    // Their types are their module's, which is said of each, because here they stand beside one's own.
    private static OperationSpec Foreign(OperationSpec operation, string service) => operation with
    {
        Input = operation.Input is { } input ? input with { Module = service } : null,
        Output = operation.Output is { } output ? Foreign(output, service) : null,
        Parameters = [.. operation.Parameters.Select(p => p with { Field = p.Field with { Type = Foreign(p.Field.Type, service) } })],
    };

    private static TypeRef Foreign(TypeRef type, string service) => type switch
    {
        RecordType record => record with { Module = service },
        EnumType named => named with { Module = service },
        ListType list => new ListType(Foreign(list.Item, service)),
        MapType map => new MapType(Foreign(map.Value, service)),
        _ => type,
    };

    private static string Hint(string name, IEnumerable<string> known) => known.Any() ? Nearest.Hint(name, known) : "it has none";
}
