using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Specs.Nodes;

/// <summary>What YAML and JSON have in common, with the place of every part, so that both are checked by the same code.</summary>
internal abstract record SpecNode(Place Place);

/// <param name="Quoted">Written as a string; otherwise <c>12</c>, <c>true</c> and <c>null</c> are what they look like.</param>
internal sealed record SpecText(string Value, bool Quoted, Place Place) : SpecNode(Place)
{
    /// <summary>YAML's null: a key with nothing behind it, as <c>Create:</c>, is the same as one that is left out.</summary>
    public bool IsNull => !Quoted && Value is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Of a character in it; what is quoted starts one later.</summary>
    public Place At(int index) => Place with { Column = Place.Column + index + (Quoted ? 1 : 0) };
}

internal sealed record SpecList(ImmutableArray<SpecNode> Items, Place Place) : SpecNode(Place);

internal sealed record SpecMap(ImmutableArray<SpecEntry> Entries, Place Place) : SpecNode(Place);

/// <param name="Place">Of the key.</param>
internal sealed record SpecEntry(string Key, Place Place, SpecNode Value);
