using System.Collections.Immutable;

namespace Buildify.Specs.Reference;

/// <summary>A key that may stand in a spec.</summary>
/// <param name="Type">What it takes, in words.</param>
/// <param name="Default">What it is where it is left out, in words; null where it must be written.</param>
/// <param name="Meaning">A sentence without its end.</param>
internal sealed record SpecKey(string Name, string Type, string? Default, string Meaning)
{
    /// <summary>Other spellings that mean the same.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>Allowed in the platform's own specs alone.</summary>
    public bool PlatformOnly { get; init; }

    public IEnumerable<string> Spellings => Aliases.Prepend(Name);
}

/// <summary>The keys of one place in the specs: what is checked and what is documented are the same table.</summary>
/// <param name="Id">As <c>Field</c>.</param>
/// <param name="File">Where it stands, as <c>spec/models.yaml</c>.</param>
/// <param name="Where">The way there from the file's root, as <c>models.{Model}.fields.{field}</c>; empty for the root.</param>
/// <param name="Noun">As messages name it: <c>a field</c>.</param>
internal sealed record KeyGroup(string Id, string File, string Where, string Noun, ImmutableArray<SpecKey> Keys)
{
    /// <summary>The key of this spelling; null where there is none.</summary>
    public SpecKey? Find(string spelling)
    {
        foreach (var key in Keys)
        {
            if (key.Name == spelling || key.Aliases.Contains(spelling)) return key;
        }
        return null;
    }

    /// <summary>Every spelling that may be written here.</summary>
    public IEnumerable<string> Spellings(bool isPlatform) => Keys.Where(k => isPlatform || !k.PlatformOnly).SelectMany(k => k.Spellings);
}
