using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;

namespace Orleans.Runtime;

/// <inheritdoc/>
public class PersistentStateFactory : IPersistentStateFactory
{
    /// <exception cref="BadProviderConfigException">The storage that is named is not registered.</exception>
    public IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration cfg)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(cfg);
        var services = (context as Activation)?.Silo.Services ?? context.ActivationServices;
        var storage = string.IsNullOrWhiteSpace(cfg.StorageName)
            ? services.GetService<IGrainStorage>()
            : services.GetKeyedService<IGrainStorage>(cfg.StorageName);
        if (storage is null)
        {
            throw new BadProviderConfigException(string.IsNullOrWhiteSpace(cfg.StorageName)
                ? $"No default storage provider found loading grain type {context.GrainId.Type}."
                : $"No storage provider named \"{cfg.StorageName}\" found loading grain type {context.GrainId.Type}.");
        }

        var state = new PersistentState<TState>(cfg.StateName, context, storage);
        context.ObservableLifecycle.Subscribe(nameof(PersistentState<TState>), GrainLifecycleStage.SetupState, state);
        return state;
    }
}
