using Buildify.Events;
using Buildify.Hosting.Modules;
using Buildify.Hosting.Tasks;
using Buildify.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Hosting.Events;

/// <summary>Registers which event types a process knows.</summary>
public static class EventCatalogServices
{
    /// <summary>The <see cref="EventCatalog"/>: the types of the platform, and of the modules that the process serves and the assemblies it was told of.</summary>
    public static IServiceCollection AddEventCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton(Make);
        return services;
    }

    private static EventCatalog Make(IServiceProvider provider)
    {
        var modules = provider.GetService<HostedModules>()?.Served ?? [];
        var catalog = EventCatalog.From(provider.GetServices<TaskAssembly>().Select(known => known.Assembly).Concat(modules.Select(module => module.Assembly)).Distinct());
        var errors = modules.SelectMany(module => Foreign(module, catalog)).ToList();
        return errors.Count == 0 ? catalog : throw new InvalidOperationException(string.Join(Environment.NewLine, errors));
    }

    // Of what a module refers to, other modules' contracts are none of its own.
    private static IEnumerable<string> Foreign(ModuleDefinition module, EventCatalog catalog)
    {
        var name = module.Assembly.GetName().Name!;
        return catalog.All
            .Where(type => type.Record.Assembly.GetName().Name is { } found && (found == name || found == name + ".Contracts") && type.Module != module.Name)
            .Select(type => $"{type.Record.FullName}: '{type.Name}' is declared by module {module.Name}, whose events begin with {module.Name}.");
    }
}
