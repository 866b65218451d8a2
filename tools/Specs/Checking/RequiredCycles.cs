using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Checking;

/// <summary>Records that need each other so that none can be made: a list or an optional field ends such a chain.</summary>
internal static class RequiredCycles
{
    public static void Check(ImmutableArray<RecordSpec> records, Problems problems)
    {
        var byName = records.ToDictionary(r => r.Name, StringComparer.Ordinal);
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var record in records) Visit(record, [], byName, done, problems);
    }

    private static void Visit(
        RecordSpec record, List<(string Record, FieldSpec Field)> path, Dictionary<string, RecordSpec> byName, HashSet<string> done, Problems problems)
    {
        var start = path.FindIndex(p => p.Record == record.Name);
        if (start >= 0)
        {
            var cycle = string.Join(" needs ", path.Skip(start).Select(p => p.Record).Append(record.Name));
            problems.Add(SpecErrors.RequiredCycle, path[^1].Field.Place,
                $"{cycle}, so that none can be made; make '{path[^1].Field.Name}' optional, or a list");
            return;
        }
        if (done.Contains(record.Name)) return;
        foreach (var field in record.Fields.Where(f => !f.Optional && f.Type is RecordType))
        {
            if (!byName.TryGetValue(((RecordType)field.Type).Name, out var next)) continue;
            path.Add((record.Name, field));
            Visit(next, path, byName, done, problems);
            path.RemoveAt(path.Count - 1);
        }
        done.Add(record.Name);
    }
}
