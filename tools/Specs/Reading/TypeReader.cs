using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>Reads types: <c>string</c>, <c>string?</c>, <c>list[InvoiceLine]</c>, <c>list&lt;int&gt;</c>, <c>int[]</c>, <c>map[string, decimal]</c>.</summary>
internal sealed class TypeReader(Catalog catalog, Problems problems)
{
    /// <summary>A list of lists of lists is a table of pages; what nests deeper wants a model with a name.</summary>
    private const int MaxDepth = 4;

    /// <summary>Null, and told, where it is no type.</summary>
    public (TypeRef Type, bool Optional)? Read(SpecText text)
    {
        var cursor = 0;
        if (Parse(text, ref cursor, 0, out var optional) is not { } type) return null;
        if (cursor == text.Value.Length) return (type, optional);
        Malformed(text, cursor);
        return null;
    }

    private TypeRef? Parse(SpecText text, ref int cursor, int depth, out bool optional)
    {
        optional = false;
        Spaces(text, ref cursor);
        var start = cursor;
        while (cursor < text.Value.Length && (char.IsAsciiLetterOrDigit(text.Value[cursor]) || text.Value[cursor] is '_' or '.' or '-')) cursor++;
        var name = text.Value[start..cursor];
        if (name.Length == 0 || depth > MaxDepth)
        {
            Malformed(text, start);
            return null;
        }
        var type = IsOpen(text, cursor) ? Generic(text, name, start, ref cursor, depth) : Named(name, text.At(start));
        while (type is not null && cursor < text.Value.Length)
        {
            Spaces(text, ref cursor);
            if (At(text, cursor) == '?' && !optional)
            {
                optional = true;
                cursor++;
            }
            else if (At(text, cursor) == '[' && At(text, cursor + 1) == ']' && !optional)
            {
                type = new ListType(type);
                cursor += 2;
            }
            else
            {
                break;
            }
        }
        return type;
    }

    private TypeRef? Generic(SpecText text, string name, int start, ref int cursor, int depth)
    {
        if (name is not ("list" or "array" or "map"))
        {
            problems.Add(SpecErrors.BadType, text.At(start), $"'{name}' takes no type in brackets; {Nearest.Hint(name, ["list", "map"])}");
            return null;
        }
        var close = text.Value[cursor] == '[' ? ']' : '>';
        cursor++;
        var inner = Argument(text, ref cursor, depth);
        if (inner is not null && name == "map" && At(text, cursor) == ',')
        {
            if (inner is not ScalarType { Scalar: Scalar.String })
            {
                problems.Add(SpecErrors.BadType, text.At(start), $"the keys of a map are strings, not '{Scalars.Name(inner)}'; write map[string, …]");
                return null;
            }
            cursor++;
            inner = Argument(text, ref cursor, depth);
        }
        if (inner is null) return null;
        if (At(text, cursor) != close)
        {
            Malformed(text, cursor);
            return null;
        }
        cursor++;
        return name == "map" ? new MapType(inner) : new ListType(inner);
    }

    private TypeRef? Argument(SpecText text, ref int cursor, int depth)
    {
        var start = cursor;
        var type = Parse(text, ref cursor, depth + 1, out var optional);
        Spaces(text, ref cursor);
        if (type is null || !optional) return type;
        problems.Add(SpecErrors.BadType, text.At(start),
            $"what is in a list or map cannot be optional; leave the '?' of '{Scalars.Name(type)}?' out");
        return null;
    }

    private TypeRef? Named(string name, Place place)
    {
        if (Scalars.ByName.TryGetValue(name, out var scalar)) return new ScalarType(scalar);
        if (name is "list" or "map" or "array")
        {
            problems.Add(SpecErrors.BadType, place, $"'{name}' of what? Write {name}[string], or type: {name} with of: string");
            return null;
        }
        if (name == "enum")
        {
            problems.Add(SpecErrors.BadType, place, "an enum has values: write { type: enum, values: [draft, issued] }");
            return null;
        }
        return catalog.Find(name, place, Scalars.ByName.Keys);
    }

    private static bool IsOpen(SpecText text, int cursor) => At(text, cursor) == '<' || (At(text, cursor) == '[' && At(text, cursor + 1) != ']');

    private static char At(SpecText text, int cursor) => cursor < text.Value.Length ? text.Value[cursor] : '\0';

    private static void Spaces(SpecText text, ref int cursor)
    {
        while (At(text, cursor) == ' ') cursor++;
    }

    private void Malformed(SpecText text, int cursor) => problems.Add(
        SpecErrors.BadType, text.At(cursor), $"'{text.Value}' is not a type; write a name, list[name], map[name] or name[], with '?' where it is optional");
}
