using Buildify.Modules.Configuration;

namespace Buildify.Modules;

/// <summary>Whether what a tenant's tier would say can be: its shape, the manifest's schema, the features' names.</summary>
internal static class TenantTierCheck
{
    public static async Task<Failure?> Run(IGrainFactory grains, TierChange change)
    {
        if (Tiers.CheckShape(change.Configuration) is { } shape) return shape;

        var module = grains.GetGrain<IModuleGrain>(GrainKeys.Module(change.Module));
        if (await module.GetDefaults() is not { } defaults) return Failures.Failed(change.Module);

        var (effective, _) = ConfigurationMerge.Merge(("module", defaults.Configuration), ("tenant", change.Configuration));
        var errors = await module.Check(effective, change);
        return errors.IsEmpty ? null : Failure.Invalid(errors);
    }
}
