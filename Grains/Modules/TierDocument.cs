using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Buildify.Modules;

/// <summary>One tier of a module's configuration, as it stands in a tenant's or a company's document.</summary>
internal sealed record TierDocument
{
    /// <summary>In a company's document null is as true: the tenant decides.</summary>
    public bool? Enabled { get; init; }

    public JsonText Configuration { get; init; } = JsonText.EmptyObject;
    public ImmutableArray<string> EnabledFeatures { get; init; } = [];
    public ImmutableArray<string> DisabledFeatures { get; init; } = [];
    public string Version { get; init; } = "";

    /// <summary>In a tenant's document: the version whose hooks brought the tenant's data to where it is; null for a module that has none.</summary>
    public string? DataVersion { get; init; }

    /// <summary>In a tenant's document: why the module is closed for this tenant though it is on; null where it is not.</summary>
    public string? Problem { get; init; }

    /// <summary>The document's number of the write that made the tier so; never used twice, not even after a removal.</summary>
    public long Revision { get; init; }

    /// <summary>The installation that wrote it last.</summary>
    public string? Operation { get; init; }

    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; init; }
    public string UpdatedBy { get; init; } = "";

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; init; }

    public ModuleTier ToTier(string module) => new(
        module, Enabled ?? true, Configuration, EnabledFeatures, DisabledFeatures, Version,
        Revision.ToString(System.Globalization.CultureInfo.InvariantCulture), UpdatedAt, UpdatedBy)
    {
        DataVersion = DataVersion,
        Problem = Problem,
    };
}
