using Buildify.Health;

namespace Buildify.Modules;

/// <summary>
/// What a module does when it is turned on, off or upgraded for a tenant. A class of the module's that derives from this is found by
/// itself; its constructor may ask for services. Every hook may run again after a crash: it is written so that twice is once.
/// </summary>
public abstract class ModuleHooks
{
    /// <summary>Before the module is on for the tenant: makes what has to be there. Where it throws, the module stays off.</summary>
    public virtual Task OnEnabled(HookCall call) => Task.CompletedTask;

    /// <summary>After the module is off for the tenant; its data stays.</summary>
    public virtual Task OnDisabled(HookCall call) => Task.CompletedTask;

    /// <summary>
    /// Brings the tenant's data to a newer version; an older process may still serve the tenant meanwhile. Where it throws, the module
    /// is closed for this tenant alone until a retry succeeds.
    /// </summary>
    /// <param name="from">The version that the tenant had.</param>
    public virtual Task OnUpgraded(HookCall call, string from) => Task.CompletedTask;

    /// <summary>Whether the module can do its work, beyond its manifest being good; it has a second.</summary>
    /// <returns>What is wrong; null where all is well.</returns>
    public virtual Task<string?> CheckHealth(CancellationToken cancellation) => Task.FromResult<string?>(null);
}

/// <param name="Tenant">For whom.</param>
/// <param name="Configuration">The module's defaults with the tenant's tier over them, as it is to hold.</param>
/// <param name="Caller">Who turned the module on or off.</param>
[GenerateSerializer, Immutable, Alias("buildify.hook-call")]
public sealed record HookCall([property: Id(0)] string Tenant, [property: Id(1)] JsonText Configuration, [property: Id(2)] Caller Caller);

/// <summary>Runs one module's hooks, on a silo that has its code (key: the tenant's, or <see cref="GrainKeys.Platform"/> for its health).</summary>
[Alias("buildify.module-hooks")]
public interface IModuleHooksGrain : IGrainWithStringKey
{
    [Alias("Enabled")]
    Task<Failure?> Enabled(HookCall call);

    [Alias("Disabled")]
    Task<Failure?> Disabled(HookCall call);

    [Alias("Upgraded")]
    Task<Failure?> Upgraded(HookCall call, string from);

    [Alias("CheckHealth")]
    Task<HealthCheck> CheckHealth();
}
