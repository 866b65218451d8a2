using System.Reflection;
using Buildify.Hosting.Modules;
using Buildify.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Buildify.Hosting.Tasks;

/// <summary>An assembly in which task types and their handlers are looked for, beside its contracts.</summary>
public sealed record TaskAssembly(Assembly Assembly);

/// <summary>Registers which task types a process knows.</summary>
public static class TaskCatalogServices
{
    private static readonly Type[] Diagnostics = [typeof(Echo), typeof(Sleep), typeof(Fail), typeof(Emit)];

    /// <summary>
    /// The <see cref="TaskCatalog"/>: the types of the platform and of the modules that the process serves; <c>core.echo</c> and its like
    /// where <c>Tasks__Diagnostics</c> has them. Called again in one process, it adds what it is given.
    /// </summary>
    public static IServiceCollection AddTaskCatalog(this IServiceCollection services, HostedModules? modules = null)
    {
        foreach (var module in modules?.Served ?? []) services.AddTaskAssembly(module.Assembly);
        services.TryAddSingleton(Make);
        if (services.Any(service => service.ServiceType == typeof(IValidateOptions<TaskCatalogOptions>))) return services;

        services.AddOptions<TaskCatalogOptions>().Configure<IConfiguration, IHostEnvironment>(TaskCatalogConfiguration.Read).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TaskCatalogOptions>, Validation>();
        return services;
    }

    /// <summary>Looks for task types and handlers in one more assembly.</summary>
    public static IServiceCollection AddTaskAssembly(this IServiceCollection services, Assembly assembly)
    {
        var known = services.Any(service => service.ServiceType == typeof(TaskAssembly) && ((TaskAssembly)service.ImplementationInstance!).Assembly == assembly);
        return known ? services : services.AddSingleton(new TaskAssembly(assembly));
    }

    private static TaskCatalog Make(IServiceProvider provider)
    {
        var modules = provider.GetService<HostedModules>()?.Served ?? [];
        var all = TaskCatalog.From(provider.GetServices<TaskAssembly>().Select(known => known.Assembly).Concat(modules.Select(module => module.Assembly)).Distinct());
        var hasDiagnostics = provider.GetRequiredService<IOptions<TaskCatalogOptions>>().Value.Diagnostics;
        return hasDiagnostics ? all : new TaskCatalog(all.All.Where(type => !Diagnostics.Contains(type.Record)));
    }

    private sealed class Validation : IValidateOptions<TaskCatalogOptions>
    {
        public ValidateOptionsResult Validate(string? name, TaskCatalogOptions options) =>
            options.Errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(options.Errors);
    }
}
