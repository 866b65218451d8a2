using Buildify.Events;
using Buildify.Hosting.Modules;
using Buildify.Hosting.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Hosting.Events;

/// <summary>Registers which event types a process knows.</summary>
public static class EventCatalogServices
{
    /// <summary>The <see cref="EventCatalog"/>: the types of the platform, and of the modules that the process serves and the assemblies it was told of.</summary>
    public static IServiceCollection AddEventCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => EventCatalog.From(
            provider.GetServices<TaskAssembly>().Select(known => known.Assembly)
                .Concat((provider.GetService<HostedModules>()?.Served ?? []).Select(module => module.Assembly)).Distinct()));
        return services;
    }
}
