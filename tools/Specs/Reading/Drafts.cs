using System.Collections.Immutable;
using Buildify.Specs.Model;
using Buildify.Specs.Nodes;

namespace Buildify.Specs.Reading;

/// <summary>A model as it is written; its records are worked out when all models are known.</summary>
internal sealed record ModelDraft(string Name, string? Summary, string? CSharp, Place Place)
{
    public ImmutableArray<FieldDraft> Fields { get; init; } = [];

    public ImmutableArray<ViewDraft> Views { get; init; } = [];
}

internal sealed record FieldDraft(FieldSpec Field, bool ReadOnly, bool WriteOnly);

internal sealed record ViewDraft(string Name, Place Place)
{
    public string? Summary { get; init; }

    /// <summary>Null where it was not written: all fields of its kind.</summary>
    public ImmutableArray<SpecText>? Only { get; init; }

    public ImmutableArray<SpecText> Exclude { get; init; } = [];

    public ImmutableArray<SpecText> Include { get; init; } = [];

    public ImmutableArray<SpecText> Optional { get; init; } = [];

    public ImmutableArray<SpecText> Required { get; init; } = [];

    public bool? AtLeastOne { get; init; }
}

/// <summary>A record worked out.</summary>
/// <param name="ReadOnly">Its fields that the platform sets, unless the view names them itself.</param>
/// <param name="WriteOnly">Its fields that are never told, unless the view names them itself.</param>
/// <param name="LeftOut">Read-only fields that it lacks because it is an input over REST.</param>
internal sealed record Shape(
    RecordSpec Record, ImmutableArray<string> ReadOnly, ImmutableArray<string> WriteOnly, ImmutableArray<string> LeftOut);
