using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Buildify.Specs.Model;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Nodes;

/// <summary>Reads JSON into the same tree as YAML, with the places that <see cref="JsonDocument"/> does not keep.</summary>
internal ref struct JsonTree
{
    private readonly string _file;
    private readonly ReadOnlySpan<byte> _json;
    private readonly Problems _problems;
    private Utf8JsonReader _reader;
    private int _line;
    private int _lineStart;
    private int _counted;

    private JsonTree(string file, ReadOnlySpan<byte> json, Problems problems)
    {
        _file = file;
        _json = json;
        _problems = problems;
        _reader = new Utf8JsonReader(json);
        _line = 1;
    }

    /// <summary>The document's root; null where it is no JSON, which is told.</summary>
    public static SpecNode? Read(string file, ReadOnlySpan<byte> json, Problems problems)
    {
        if (json.StartsWith("\uFEFF"u8)) json = json[3..];
        var tree = new JsonTree(file, json, problems);
        try
        {
            tree._reader.Read();
            var root = tree.Node();
            while (tree._reader.Read())
            {
            }
            return root;
        }
        catch (JsonException e)
        {
            // The exception counts lines and bytes from 0; its text repeats them, which the place says already.
            var place = new Place(file, (int)(e.LineNumber ?? 0) + 1, (int)(e.BytePositionInLine ?? 0) + 1);
            problems.Add(SpecErrors.NotJson, place, $"this is not JSON: {e.Message.Split(" LineNumber:")[0]}");
            return null;
        }
        catch (InvalidOperationException e)
        {
            // A string with half of a surrogate pair, or with bytes that are no UTF-8.
            problems.Add(SpecErrors.NotJson, tree.Here(), $"this is not JSON: {e.Message}");
            return null;
        }
    }

    private SpecNode Node()
    {
        var place = Here();
        return _reader.TokenType switch
        {
            JsonTokenType.StartObject => Map(place),
            JsonTokenType.StartArray => List(place),
            JsonTokenType.String => new SpecText(_reader.GetString()!, Quoted: true, place),
            _ => new SpecText(Encoding.UTF8.GetString(_reader.ValueSpan), Quoted: false, place),
        };
    }

    private SpecMap Map(Place place)
    {
        var entries = ImmutableArray.CreateBuilder<SpecEntry>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndObject)
        {
            var (key, keyPlace) = (_reader.GetString()!, Here());
            _reader.Read();
            var value = Node();
            if (Problems.IsNew(_problems, entries, key, keyPlace)) entries.Add(new SpecEntry(key, keyPlace, value));
        }
        return new SpecMap(entries.DrainToImmutable(), place);
    }

    private SpecList List(Place place)
    {
        var items = ImmutableArray.CreateBuilder<SpecNode>();
        while (_reader.Read() && _reader.TokenType != JsonTokenType.EndArray) items.Add(Node());
        return new SpecList(items.DrainToImmutable(), place);
    }

    // Tokens come in order, so that each byte is looked at once.
    private Place Here()
    {
        var offset = (int)_reader.TokenStartIndex;
        for (; _counted < offset; _counted++)
        {
            if (_json[_counted] != (byte)'\n') continue;
            _line++;
            _lineStart = _counted + 1;
        }
        return new Place(_file, _line, Encoding.UTF8.GetCharCount(_json[_lineStart..offset]) + 1);
    }
}
