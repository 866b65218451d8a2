using System.Reflection;
using Buildify.Events;
using Buildify.Hosting.Modules;
using Buildify.Hosting.Tasks;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Hosting.Events;

/// <summary>Registers which handlers of events a process has.</summary>
public static class EventHandlerServices
{
    /// <summary>
    /// The <see cref="EventHandlerCatalog"/> and the <see cref="EventUpcasters"/>: of the modules that the process serves and of the assemblies it
    /// was told of. Wants <see cref="EventCatalogServices.AddEventCatalog"/>.
    /// </summary>
    public static IServiceCollection AddEventHandlers(this IServiceCollection services)
    {
        services.TryAddSingleton(provider => EventHandlerCatalog.From(Assemblies(provider)));
        services.TryAddSingleton(provider => EventUpcasters.From(Assemblies(provider).Select(known => known.Assembly), provider.GetRequiredService<EventCatalog>()));
        return services;
    }

    private static IEnumerable<(string? Module, Assembly Assembly)> Assemblies(IServiceProvider provider)
    {
        var modules = provider.GetService<HostedModules>()?.Served ?? [];
        var others = provider.GetServices<TaskAssembly>().Select(known => known.Assembly).Distinct().Except(modules.Select(module => module.Assembly));
        return modules.Select(module => ((string?)module.Name, module.Assembly)).Concat(others.Select(assembly => ((string?)null, assembly)));
    }
}
