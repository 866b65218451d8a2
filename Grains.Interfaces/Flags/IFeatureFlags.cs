using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Flags;

/// <summary>Whether features are on; to be injected into grains, and into whatever runs in a gateway.</summary>
public interface IFeatureFlags
{
    /// <summary>One grain call, answered from memory; after a change of the flag is answered, every answer is by it. A flag that is not there is off.</summary>
    /// <param name="flag">A <see cref="Slug"/>.</param>
    /// <param name="company">The company's slug; null where the question is about the tenant.</param>
    ValueTask<bool> IsOn(string flag, string tenant, string? company = null);
}

public static class FeatureFlagServices
{
    /// <summary>For every process that calls grains; once is enough where two of them are one.</summary>
    public static IServiceCollection AddFeatureFlags(this IServiceCollection services)
    {
        services.TryAddSingleton<IFeatureFlags, FeatureFlags>();
        return services;
    }

    private sealed class FeatureFlags(IGrainFactory grains) : IFeatureFlags
    {
        public async ValueTask<bool> IsOn(string flag, string tenant, string? company) =>
            (await grains.GetGrain<IFlagGrain>(GrainKeys.Flag(flag)).StateFor(tenant, company)).On;
    }
}
