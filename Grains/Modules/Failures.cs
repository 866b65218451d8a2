namespace Buildify.Modules;

/// <summary>Refusals that several grains give in the same words.</summary>
internal static class Failures
{
    public static Failure NotInstalled(string module) => Failure.NotFound($"There is no module '{module}'; GET /api/v1/modules lists them.");

    public static Failure NotEnabled(string module) => new(FailureCodes.ModuleNotEnabled,
        $"Module '{module}' is off here; PUT /api/v1/tenant-modules/{module} turns it on for the tenant.");

    public static Failure Failed(string module) => new(FailureCodes.ModuleFailed,
        $"Module '{module}' failed to load; GET /api/v1/modules/{module} says why.");
}
