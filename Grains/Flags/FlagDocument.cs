using System.Collections.Immutable;
using System.Globalization;
using Buildify.Storage;

namespace Buildify.Flags;

/// <summary>State <c>flag</c>.</summary>
internal sealed record FlagDocument : Document
{
    public string Name { get; init; } = "";

    /// <summary>Kept, so that its revisions go on counting where it is made again.</summary>
    public bool Removed { get; init; }

    public bool Enabled { get; init; }
    public int Percentage { get; init; }
    public FlagUnit PercentageOf { get; init; }
    public ImmutableArray<string> Tenants { get; init; } = [];
    public ImmutableArray<string> Companies { get; init; } = [];
    public string? Description { get; init; }

    /// <summary>The number of this document's last write.</summary>
    public long Writes { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
    public string UpdatedBy { get; init; } = "";

    public Flag ToFlag() => new(
        Name, Enabled, Percentage, PercentageOf, Tenants, Companies, Description, Writes.ToString(CultureInfo.InvariantCulture), UpdatedAt, UpdatedBy);
}
