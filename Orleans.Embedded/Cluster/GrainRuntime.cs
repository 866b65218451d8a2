using Orleans.Core;
using Orleans.Storage;
using Orleans.Timers;

namespace Orleans.Runtime;

/// <inheritdoc/>
internal sealed class GrainRuntime(Silo silo) : IGrainRuntime, ITimerRegistry
{
    public string SiloIdentity => silo.SiloAddress.ToString();

    public SiloAddress SiloAddress => silo.SiloAddress;

    public IGrainFactory GrainFactory => silo.GrainFactory;

    public ITimerRegistry TimerRegistry => this;

    public IServiceProvider ServiceProvider => silo.Services;

    public TimeProvider TimeProvider => silo.Time;

    public void DeactivateOnIdle(IGrainContext grainContext) => grainContext.Deactivate(
        new DeactivationReason(DeactivationReasonCode.ApplicationRequested, $"{nameof(DeactivateOnIdle)} was called."));

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).DelayDeactivation(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) => new PersistentState<TGrainState>(
        "state", grainContext, GrainStorageHelpers.GetGrainStorage(grainContext.GrainInstance!.GetType(), silo.Services));

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options) =>
        GrainTimers.Register(grainContext, callback, state, options);
}
