namespace Buildify.Cli.Services;

/// <summary>What a service's image is built from.</summary>
/// <param name="Context">The folder that the build sees.</param>
/// <param name="Dockerfile">From that folder.</param>
/// <param name="Image">The last part of the image's name.</param>
internal sealed record ServiceBuild(string Context, string Dockerfile, string Image)
{
    /// <summary>Where every container of ours listens.</summary>
    public const int Port = 8080;

    /// <summary>
    /// Silos, workers and gateways run one of the three programs: what differs between two silos is which modules they serve, which is a
    /// variable and no program. A silo of one module alone has an image with that module's code alone, so that no other's change makes it anew.
    /// </summary>
    public static ServiceBuild Of(Service service)
    {
        if (!service.IsProcess) return new ServiceBuild($"./services/{service.Name}", "Dockerfile", service.Name);
        if (Alone(service) is { } module) return new ServiceBuild(".", $"modules/{module}/Dockerfile", $"silo-{module}");
        return new ServiceBuild(".", $"{Program(service.Type)}/Dockerfile", service.Type.ToString().ToLowerInvariant());
    }

    /// <summary>The one module of a silo of its own; null for any other service.</summary>
    public static string? Alone(Service service) => service is { Type: ServiceType.Silo, Modules: [var only] } ? only : null;

    /// <summary>The project, and its assembly.</summary>
    public static string Program(ServiceType type) => type.ToString();
}
