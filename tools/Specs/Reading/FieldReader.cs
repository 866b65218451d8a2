using Buildify.Specs.Checking;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads a field of a model, and what a parameter has in common with it.</summary>
internal sealed class FieldReader(Catalog catalog, Problems problems, bool isPlatform)
{
    private readonly TypeReader _types = new(catalog, problems);

    /// <param name="entry">The name, and the type alone or the map of the field's keys.</param>
    /// <param name="id">The field's position in its model, from 0.</param>
    public FieldDraft Read(SpecEntry entry, string model, int id)
    {
        Names.CheckMember(entry, "a field", problems);
        if (entry.Value is SpecText { IsNull: false } type)
        {
            return new FieldDraft(TypeAlone(type, new FieldSpec { Name = entry.Key, Type = Unknown, Id = id, Place = entry.Place }), false, false);
        }
        if (Fields.Of(entry.Value, SpecKeys.Field, problems, isPlatform) is not { } fields)
        {
            return new FieldDraft(new FieldSpec { Name = entry.Key, Type = Unknown, Id = id, Place = entry.Place }, false, false);
        }
        var typeText = fields.Text("type", required: true, missingAt: entry.Place);
        var field = Value(fields, typeText, entry.Key, entry.Place, model + Names.Pascal(entry.Key)) with { Id = id, Personal = fields.Flag("personal") ?? false };
        var (readOnly, writeOnly) = (fields.Flag("read_only") ?? false, fields.Flag("write_only") ?? false);
        if (readOnly && writeOnly)
        {
            problems.Add(SpecErrors.BadConstraint, fields.PlaceOf("write_only"), $"'{entry.Key}' is read-only and write-only, so that nobody could ever use it; keep one of them");
        }
        return new FieldDraft(field, readOnly, writeOnly);
    }

    /// <summary>Type, bounds and default.</summary>
    /// <param name="typeText">Null where it is missing, which was told.</param>
    /// <param name="enumName">What an enum is called whose values stand here.</param>
    public FieldSpec Value(Fields fields, SpecText? typeText, string name, Place place, string enumName)
    {
        var optional = fields.Flag("optional") ?? false;
        var field = new FieldSpec { Name = name, Type = Unknown, Optional = optional, Summary = fields.Text("summary")?.Value, Place = place };
        if (typeText is null) return field;
        if (Type(fields, typeText, enumName) is not { } type) return field;
        field = Constraints.Read(fields, field with { Type = type.Type, Optional = optional || type.Optional }, problems);
        if (fields.Node("default") is not { } node) return field;
        var json = new DefaultReader(catalog.Values, problems).Read(node, field);
        return json is null ? field : field with { Default = json, Optional = false };
    }

    // What a field is read as whose type is wrong: anything, so that nothing more is said of it.
    private static ScalarType Unknown { get; } = new(Scalar.Json);

    private FieldSpec TypeAlone(SpecText text, FieldSpec field) =>
        _types.Read(text) is { } type ? field with { Type = type.Type, Optional = type.Optional } : field;

    private (TypeRef Type, bool Optional)? Type(Fields fields, SpecText text, string enumName)
    {
        var optional = text.Value.EndsWith('?');
        var word = optional ? text.Value[..^1] : text.Value;
        if (word != "enum" && fields.Has("values"))
        {
            problems.Add(SpecErrors.BadConstraint, fields.PlaceOf("values"), $"'values' goes with type: enum, not with '{text.Value}'");
        }
        var hasOf = fields.Knows("of") && fields.Has("of");
        if (word is not ("list" or "map" or "array") && hasOf)
        {
            problems.Add(SpecErrors.BadConstraint, fields.PlaceOf("of"), $"'of' goes with type: list or type: map, not with '{text.Value}'");
        }
        if (word == "enum" && fields.Has("values"))
        {
            var values = EnumValues.Read(fields.Words("values"), problems);
            var added = new EnumSpec(enumName, values, fields.Text("summary")?.Value, text.Place);
            return catalog.Add(added) ? (new EnumType(enumName), optional) : null;
        }
        if (hasOf && word is "list" or "map" or "array" && fields.Text("of") is { } of)
        {
            if (_types.Read(of) is not { } item) return null;
            if (item.Optional) problems.Add(SpecErrors.BadType, of.Place, $"what is in a list or map cannot be optional; leave the '?' of '{of.Value}' out");
            return (word == "map" ? new MapType(item.Type) : new ListType(item.Type), optional);
        }
        return _types.Read(text);
    }
}
