using System.Collections.Immutable;
using Buildify.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Hosting.Modules;

/// <summary>
/// The modules that this process serves, and those of them that could not be started, with the reason: one that throws stops nothing but
/// itself.
/// </summary>
public sealed class HostedModules
{
    private readonly Dictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();

    private HostedModules(ImmutableArray<ModuleDefinition> built, ImmutableArray<ModuleDefinition> served) => (Built, Served) = (built, served);

    /// <summary>All that the program was built with.</summary>
    public ImmutableArray<ModuleDefinition> Built { get; }

    /// <summary>Those that <c>Modules__Only</c> leaves: it names them with commas, and set and empty it leaves none.</summary>
    public ImmutableArray<ModuleDefinition> Served { get; }

    /// <summary>Why a module cannot be used in this process, by its name.</summary>
    public ImmutableDictionary<string, string> Failures
    {
        get
        {
            lock (_lock) return _failures.ToImmutableDictionary(StringComparer.Ordinal);
        }
    }

    /// <summary>Does something for each module; what one throws is written down as its failure, and the others go on.</summary>
    public void ForEach(Action<ModuleDefinition> start)
    {
        foreach (var module in Served)
        {
            try
            {
                start(module);
            }
            catch (Exception error)
            {
                lock (_lock) _failures.TryAdd(module.Name, $"It failed at start: {error.GetBaseException().Message}");
            }
        }
    }

    internal static HostedModules Select(IEnumerable<ModuleDefinition> built, IConfiguration configuration)
    {
        ImmutableArray<ModuleDefinition> all = [.. built];
        return new HostedModules(all, [.. all.Where(module => IsWanted(configuration, module.Name))]);
    }

    /// <summary>Whether <c>Modules__Only</c> leaves a module.</summary>
    public static bool IsWanted(IConfiguration configuration, string module) =>
        configuration["Modules:Only"] is not { } only || only.Split(',', StringSplitOptions.TrimEntries).Contains(module, StringComparer.Ordinal);
}

public static class HostedModulesServices
{
    /// <summary>Registers the modules of the process, once; what their grains and hooks ask for comes with <see cref="AddModuleServices"/>.</summary>
    public static HostedModules AddModules(this IServiceCollection services, IEnumerable<ModuleDefinition> modules, IConfiguration configuration)
    {
        if (services.FirstOrDefault(service => service.ServiceType == typeof(HostedModules))?.ImplementationInstance is HostedModules known) return known;

        var hosted = HostedModules.Select(modules, configuration);
        services.AddSingleton(hosted);
        return hosted;
    }

    /// <summary>Registers what the modules' grains ask for in their constructors.</summary>
    public static void AddModuleServices(this IServiceCollection services, HostedModules modules) => modules.ForEach(module =>
    {
        module.AddServices(services);
        foreach (var type in module.Find<IModuleServices>()) ((IModuleServices)Activator.CreateInstance(type, nonPublic: true)!).Add(services);
    });
}
