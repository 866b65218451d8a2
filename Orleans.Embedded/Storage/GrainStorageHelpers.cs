using Microsoft.Extensions.DependencyInjection;

namespace Orleans.Storage;

/// <summary>Finds the default storage.</summary>
public static class GrainStorageHelpers
{
    /// <exception cref="BadProviderConfigException">There is none.</exception>
    public static IGrainStorage GetGrainStorage(Type grainType, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(grainType);
        return services.GetService<IGrainStorage>()
            ?? throw new BadProviderConfigException($"No default storage provider found loading grain type {grainType.FullName}.");
    }
}
