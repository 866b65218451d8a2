using Buildify.Specs.Model;

namespace Buildify.Specs.Releases;

/// <summary>Which records a module takes and which it tells, with those that they are made of.</summary>
internal sealed class Directions
{
    private readonly Dictionary<string, RecordSpec> _records;

    public Directions(ModuleSpec module)
    {
        _records = module.Records.ToDictionary(r => r.Name, StringComparer.Ordinal);
        foreach (var operation in module.Domains.SelectMany(d => d.Operations))
        {
            Reach(operation.Input, Taken);
            Reach(operation.Output, Told);
        }
        foreach (var told in module.Events) Reach(told.Payload, Told);
        foreach (var task in module.Tasks)
        {
            Reach(task.Payload, Taken);
            Reach(task.Result, Told);
        }
    }

    public HashSet<string> Taken { get; } = new(StringComparer.Ordinal);

    public HashSet<string> Told { get; } = new(StringComparer.Ordinal);

    private void Reach(TypeRef? type, HashSet<string> reached)
    {
        switch (type)
        {
            case ListType list:
                Reach(list.Item, reached);
                break;
            case MapType map:
                Reach(map.Value, reached);
                break;
            case RecordType record when _records.TryGetValue(record.Name, out var found) && reached.Add(record.Name):
                foreach (var field in found.Fields) Reach(field.Type, reached);
                break;
        }
    }
}
