using System.Collections.Immutable;
using Buildify.Specs.Model;

namespace Buildify.Cli.Services;

internal enum ServiceType
{
    /// <summary>Hosts grains.</summary>
    Silo,

    /// <summary>Runs tasks.</summary>
    Worker,

    /// <summary>Answers HTTP.</summary>
    Gateway,

    /// <summary>Serves files to browsers.</summary>
    Web,

    /// <summary>Anything else: an image, or a Dockerfile of its own.</summary>
    Container,
}

/// <summary>One that is deployed, as <c>services.yml</c> has it.</summary>
internal sealed record Service
{
    public required string Name { get; init; }

    public required ServiceType Type { get; init; }

    public required string Description { get; init; }

    /// <summary>The modules that it serves; null for all, empty for the platform alone.</summary>
    public ImmutableArray<string>? Modules { get; init; }

    public ImmutableArray<string> DependsOn { get; init; } = [];

    public ImmutableArray<string> Profiles { get; init; } = [];

    public int Replicas { get; init; } = 1;

    /// <summary>Of a container without a Dockerfile of its own.</summary>
    public string? Image { get; init; }

    /// <summary>What a container is started with; empty for what its image has.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>Beside what its type has, or in its place.</summary>
    public ImmutableSortedDictionary<string, string> Environment { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>As <c>name:/path</c>.</summary>
    public ImmutableArray<string> Volumes { get; init; } = [];

    /// <summary>A shell's command that ends with 0 where the container is well; null where its image has one.</summary>
    public string? Health { get; init; }

    public Place Place { get; init; }

    /// <summary>One of the platform's own three programs.</summary>
    public bool IsProcess => Type is ServiceType.Silo or ServiceType.Worker or ServiceType.Gateway;
}
