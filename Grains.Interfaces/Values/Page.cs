using System.Collections.Immutable;

namespace Buildify;

/// <summary>Which part of a list is wanted.</summary>
/// <param name="Limit">How many items, 1 to <see cref="MaxLimit"/>.</param>
/// <param name="Cursor">The <c>next_cursor</c> of the page before; null for the first.</param>
[GenerateSerializer, Immutable, Alias("buildify.page-request")]
public sealed record PageRequest([property: Id(0)] int Limit = PageRequest.DefaultLimit, [property: Id(1)] string? Cursor = null)
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 500;
}

/// <summary>A part of a list.</summary>
/// <param name="NextCursor">Where the next page starts; null at the end of the list.</param>
[GenerateSerializer, Immutable, Alias("buildify.page`1")]
public sealed record Page<T>([property: Id(0)] ImmutableArray<T> Items, [property: Id(1)] string? NextCursor);
