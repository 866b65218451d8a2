using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What grain classes derive from. Made by the runtime, one per key; its code runs one turn at a time.</summary>
public abstract class Grain : IGrainBase, IAddressable
{
    /// <summary>The runtime makes the context current while it constructs the grain, so that constructors need not pass it on.</summary>
    protected Grain()
        : this(RuntimeContext.Current!)
    {
    }

    protected Grain(IGrainContext grainContext, IGrainRuntime? grainRuntime = null)
    {
        GrainContext = grainContext;
        Runtime = grainRuntime ?? (grainContext as Activation)?.Silo.GrainRuntime
            ?? grainContext?.ActivationServices.GetService<IGrainRuntime>()!;
    }

    [AllowNull]
    public IGrainContext GrainContext { get; }

    public GrainReference GrainReference => GrainContext.GrainReference;

    internal IGrainRuntime Runtime { get; }

    protected IGrainFactory GrainFactory => Runtime.GrainFactory;

    protected internal IServiceProvider ServiceProvider => GrainContext?.ActivationServices ?? Runtime?.ServiceProvider!;

    public string IdentityString => GrainContext.GrainId.ToString();

    public string RuntimeIdentity => Runtime?.SiloIdentity ?? "";

    /// <summary>Ends this activation after the calls that run; the ones that wait, and those that come, go to a new one.</summary>
    protected void DeactivateOnIdle() => Required().DeactivateOnIdle(GrainContext);

    /// <summary>
    /// Keeps an idle activation for at least this long; <see cref="TimeSpan.MaxValue"/> and infinite mean for ever, zero and less take
    /// an earlier request back.
    /// </summary>
    protected void DelayDeactivation(TimeSpan timeSpan) => Required().DelayDeactivation(GrainContext, timeSpan);

    public virtual Task OnActivateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => Task.CompletedTask;

    private IGrainRuntime Required() => Runtime
        ?? throw new InvalidOperationException("Grain was created outside of the Orleans creation process and no runtime was specified.");
}
