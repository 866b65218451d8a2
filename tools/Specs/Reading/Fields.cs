using System.Collections.Immutable;
using System.Globalization;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;
using Buildify.Specs.Reference;

namespace Buildify.Specs.Reading;

/// <summary>The keys of one map of a spec, read by their kind; what does not fit is told and read as left out.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, SpecEntry> _entries = new(StringComparer.Ordinal);
    private readonly KeyGroup _group;
    private readonly Problems _problems;

    private Fields(SpecMap map, KeyGroup group, Problems problems, bool isPlatform)
    {
        _group = group;
        _problems = problems;
        Place = map.Place;
        foreach (var entry in map.Entries) Take(entry, isPlatform);
    }

    /// <summary>Where the map starts.</summary>
    public Place Place { get; }

    /// <summary>Null, and told, where this is no map. A null stands for an empty one.</summary>
    public static Fields? Of(SpecNode node, KeyGroup group, Problems problems, bool isPlatform)
    {
        if (node is SpecText { IsNull: true }) return new Fields(new SpecMap([], node.Place), group, problems, isPlatform);
        if (node is SpecMap map) return new Fields(map, group, problems, isPlatform);
        problems.Add(SpecErrors.WrongKind, node.Place,
            $"{group.Noun} is a map of keys: {string.Join(", ", group.Keys.Where(k => isPlatform || !k.PlatformOnly).Select(k => k.Name))}");
        return null;
    }

    /// <summary>Whether the key may stand here at all; only such keys can be read.</summary>
    public bool Knows(string key) => _group.Find(key) is not null;

    public bool Has(string key) => Node(key) is not null;

    /// <summary>Of the key; of the map where the key was left out.</summary>
    public Place PlaceOf(string key) => Entry(key)?.Place ?? Place;

    /// <summary>The value; null where it is null or left out.</summary>
    public SpecNode? Node(string key) => Entry(key) is { Value: not SpecText { IsNull: true } } entry ? entry.Value : null;

    public SpecText? Text(string key, bool required = false, Place? missingAt = null)
    {
        if (Node(key) is { } node)
        {
            if (node is SpecText text) return text;
            _problems.Add(SpecErrors.WrongKind, node.Place, $"'{key}' is a text, not a {(node is SpecMap ? "map" : "list")}");
        }
        else if (required)
        {
            _problems.Add(SpecErrors.MissingKey, missingAt ?? Place, $"{_group.Noun} needs '{key}' ({Key(key).Type})");
        }
        return null;
    }

    public bool? Flag(string key)
    {
        if (Text(key) is not { } text) return null;
        if (!text.Quoted && text.Value is "true" or "True" or "TRUE") return true;
        if (!text.Quoted && text.Value is "false" or "False" or "FALSE") return false;
        _problems.Add(SpecErrors.BadValue, text.Place, $"'{key}' is true or false, not '{text.Value}'");
        return null;
    }

    public int? Int(string key, int min, int max)
    {
        if (Text(key) is not { } text) return null;
        if (Int(text) is { } number && number >= min && number <= max) return number;
        _problems.Add(SpecErrors.BadValue, text.Place, $"'{key}' is a number {Range(min, max)}, not '{text.Value}'");
        return null;
    }

    public decimal? Number(string key)
    {
        if (Text(key) is not { } text) return null;
        if (!text.Quoted && decimal.TryParse(text.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return number;
        _problems.Add(SpecErrors.BadValue, text.Place, $"'{key}' is a number, not '{text.Value}'");
        return null;
    }

    /// <summary>One of these words; null, and told, where it is another.</summary>
    public string? OneOf(string key, params ReadOnlySpan<string> words)
    {
        if (Text(key) is not { } text) return null;
        if (words.Contains(text.Value)) return text.Value;
        _problems.Add(SpecErrors.BadValue, text.Place, $"'{text.Value}' is no {key}; {Nearest.Hint(text.Value, words.ToArray())}");
        return null;
    }

    /// <summary>A list of words; one alone may stand without the list. Empty where it is left out.</summary>
    public ImmutableArray<SpecText> Words(string key, bool required = false)
    {
        switch (Node(key))
        {
            case null when required:
                _problems.Add(SpecErrors.MissingKey, Place, $"{_group.Noun} needs '{key}' ({Key(key).Type})");
                return [];
            case null:
                return [];
            case SpecText text:
                return [text];
            case SpecList list:
                foreach (var item in list.Items.Where(i => i is not SpecText { IsNull: false })) _problems.Add(SpecErrors.WrongKind, item.Place, $"'{key}' is a list of words");
                return [.. list.Items.OfType<SpecText>().Where(t => !t.IsNull)];
            case var node:
                _problems.Add(SpecErrors.WrongKind, node.Place, $"'{key}' is a list of words, not a map");
                return [];
        }
    }

    /// <summary>The items of a list; empty where it is left out.</summary>
    public ImmutableArray<SpecNode> Items(string key)
    {
        if (Node(key) is not { } node) return [];
        if (node is SpecList list) return list.Items;
        _problems.Add(SpecErrors.WrongKind, node.Place, $"'{key}' is a list: write each item behind a '-'");
        return [];
    }

    /// <summary>The entries of a map whose keys are names; empty where it is left out.</summary>
    public ImmutableArray<SpecEntry> Named(string key)
    {
        if (Node(key) is not { } node) return [];
        if (node is SpecMap map) return map.Entries;
        _problems.Add(SpecErrors.WrongKind, node.Place, $"'{key}' is a {Key(key).Type}, not a {(node is SpecList ? "list" : "text")}");
        return [];
    }

    /// <summary>A whole number in plain digits; null for anything else.</summary>
    public static int? Int(SpecText text) =>
        !text.Quoted && int.TryParse(text.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Range(int min, int max) => max == int.MaxValue ? $"of {min} or more" : $"from {min} to {max}";

    private void Take(SpecEntry entry, bool isPlatform)
    {
        var key = _group.Find(entry.Key);
        if (key is null)
        {
            _problems.Add(SpecErrors.UnknownKey, entry.Place,
                $"'{entry.Key}' is no key of {_group.Noun}; {Nearest.Hint(entry.Key, _group.Spellings(isPlatform))}");
        }
        else if (key.PlatformOnly && !isPlatform)
        {
            _problems.Add(SpecErrors.PlatformOnly, entry.Place, $"'{entry.Key}' is for the platform's own specs; leave it out");
        }
        else if (!_entries.TryAdd(key.Name, entry))
        {
            _problems.Add(SpecErrors.DuplicateKey, entry.Place,
                $"'{entry.Key}' says what '{_entries[key.Name].Key}' in line {_entries[key.Name].Place.Line} says; keep one of them");
        }
    }

    private SpecEntry? Entry(string key) => _entries.GetValueOrDefault(Key(key).Name);

    // What is read must be in the table, or nobody could write it.
    private SpecKey Key(string name) => _group.Find(name) ?? throw new InvalidOperationException($"{_group.Id} has no key '{name}'");
}
