using System.Collections.Immutable;
using Buildify.Modules.Configuration;
using NuGet.Versioning;

namespace Buildify.Modules.Manifests;

/// <summary>What a module says about itself, checked; <see cref="ManifestReader"/> makes it.</summary>
internal sealed record Manifest
{
    /// <summary>What every module may depend on by the name <c>core</c>: the platform's contracts for modules.</summary>
    public static readonly SemanticVersion CoreVersion = new(1, 0, 0);

    public const string Core = "core";

    public required string Name { get; init; }
    public required string DisplayName { get; init; }
    public required SemanticVersion Version { get; init; }
    public string? Description { get; init; }
    public required ModuleBackend Backend { get; init; }

    public required ManifestDatabase Database { get; init; }

    /// <summary>Modules it needs, each with a range that <see cref="SemverRange"/> reads.</summary>
    public required ImmutableSortedDictionary<string, string> DependsOn { get; init; }

    public required ImmutableSortedDictionary<string, FeatureRead> Features { get; init; }
    public required ImmutableSortedDictionary<string, string> Permissions { get; init; }
    public required JsonText Configuration { get; init; }

    /// <summary>Null where the manifest has none, and any configuration is good.</summary>
    public SchemaCheck? Schema { get; init; }

    /// <summary>As it was registered.</summary>
    public required JsonText Json { get; init; }
}

/// <summary>What a module asks for its tables.</summary>
/// <param name="Separate">Whether they go to a database of their own; null where the manifest does not say, and the platform's is meant.</param>
/// <param name="SchemaPrefix">What the names of its tables begin with, as <c>financial_</c>.</param>
internal sealed record ManifestDatabase(bool? Separate, string SchemaPrefix);
