using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads what has to be a record, or a list of them.</summary>
internal static class Records
{
    /// <summary>The record, which is written with all that it is made of; null, and told, where it is another type.</summary>
    public static RecordType? Read(SpecText text, string key, ModuleScope scope)
    {
        if (scope.Types.Read(text) is not { } read) return null;
        if (read is { Type: RecordType record, Optional: false })
        {
            scope.Catalog.Use(record);
            return record;
        }
        scope.Problems.Add(SpecErrors.BadType, text.Place, $"'{key}' is a record, not '{text.Value}'; write a model with the field and name that");
        return null;
    }

    /// <summary>As <see cref="Read"/>, or a list of records.</summary>
    public static TypeRef? ReadOutput(SpecText text, ModuleScope scope)
    {
        if (scope.Types.Read(text) is not { } read) return null;
        if (read is { Type: RecordType or ListType { Item: RecordType }, Optional: false })
        {
            scope.Catalog.Use(read.Type);
            return read.Type;
        }
        scope.Problems.Add(SpecErrors.BadType, text.Place,
            $"'output' is a record or a list of records, not '{text.Value}'; write a model with the field and name that");
        return null;
    }
}
