using System.Collections.Immutable;
using Buildify.Specs.Reference;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Place = Buildify.Specs.Model.Place;

namespace Buildify.Specs.Nodes;

/// <summary>
/// Reads one YAML document from the parser's events: no reflection, and a key that is written twice is told like everything else
/// (YamlDotNet's own tree throws at the first).
/// </summary>
internal sealed class YamlTree
{
    /// <summary>No spec nests deeper than some ten levels; the bound keeps the recursion from the stack's end.</summary>
    private const int MaxDepth = 64;

    private readonly Parser _parser;
    private readonly string _file;
    private readonly Problems _problems;

    private YamlTree(string file, string text, Problems problems)
    {
        _file = file;
        _problems = problems;
        _parser = new Parser(new StringReader(text));
    }

    /// <summary>The document's root, of an empty file a null; null where it is no YAML, which is told.</summary>
    public static SpecNode? Read(string file, string text, Problems problems)
    {
        try
        {
            return new YamlTree(file, text, problems).Document();
        }
        catch (YamlException e)
        {
            var hint = IsTypeInBraces(text, (int)e.Start.Index) ? " Inside of { } a type with brackets stands in quotes: \"list[string]\"." : "";
            problems.Add(SpecErrors.NotYaml, PlaceOf(e, file, text), $"this is not YAML: {e.Message}{hint}");
            return null;
        }
    }

    // Of a tab the parser tells only where the map began that it stands in.
    private static Place PlaceOf(YamlException e, string file, string text)
    {
        if (e.Message.Contains("tab", StringComparison.Ordinal))
        {
            var line = 0;
            foreach (var range in text.AsSpan().Split('\n'))
            {
                line++;
                var content = text.AsSpan(range).TrimStart(' ');
                if (content.StartsWith('\t')) return new Place(file, line, text.AsSpan(range).Length - content.Length + 1);
            }
        }
        return new Place(file, (int)e.Start.Line, (int)e.Start.Column);
    }

    // The one mistake that YAML's own words do not explain.
    private static bool IsTypeInBraces(string text, int index) =>
        index > 0 && index < text.Length && text[index] == '[' && char.IsAsciiLetterOrDigit(text[index - 1]);

    private SpecNode Document()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _)) return new SpecText("", Quoted: false, new Place(_file, 1, 1));
        var root = Node(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _problems.Add(SpecErrors.YamlFeature, At(second), "a second document in one file; give it a file of its own");
        }
        return root;
    }

    private SpecNode Node(int depth)
    {
        if (depth > MaxDepth) throw new YamlException(_parser.Current!.Start, _parser.Current.End, $"nested deeper than {MaxDepth} levels");
        if (_parser.TryConsume<Scalar>(out var scalar)) return Text(scalar);
        if (_parser.TryConsume<SequenceStart>(out var list)) return List(list, depth);
        if (_parser.TryConsume<MappingStart>(out var map)) return Map(map, depth);
        var alias = _parser.Consume<AnchorAlias>();
        _problems.Add(SpecErrors.YamlFeature, At(alias), $"'*{alias.Value}': specs have no anchors and aliases; write the value out");
        return new SpecText("", Quoted: false, At(alias));
    }

    private SpecText Text(Scalar scalar)
    {
        RefuseTag(scalar);
        return new SpecText(scalar.Value, scalar.Style != ScalarStyle.Plain, At(scalar));
    }

    private SpecList List(SequenceStart start, int depth)
    {
        RefuseTag(start);
        var items = ImmutableArray.CreateBuilder<SpecNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _)) items.Add(Node(depth + 1));
        return new SpecList(items.DrainToImmutable(), At(start));
    }

    private SpecMap Map(MappingStart start, int depth)
    {
        RefuseTag(start);
        var entries = ImmutableArray.CreateBuilder<SpecEntry>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = Node(depth + 1);
            var value = Node(depth + 1);
            if (key is not SpecText text) _problems.Add(SpecErrors.WrongKind, key.Place, "a key must be a word");
            else if (Problems.IsNew(_problems, entries, text.Value, text.Place)) entries.Add(new SpecEntry(text.Value, text.Place, value));
        }
        return new SpecMap(entries.DrainToImmutable(), At(start));
    }

    private void RefuseTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific)
        {
            _problems.Add(SpecErrors.YamlFeature, At(node), $"'{node.Tag.Value}': specs have no tags; leave it out");
        }
    }

    private Place At(ParsingEvent e) => new(_file, (int)e.Start.Line, (int)e.Start.Column);
}
