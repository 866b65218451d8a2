using Buildify.Hosting.Modules;
using Buildify.Tasks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace Buildify.Hosting.Tasks;

public static class TaskCatalogServices
{
    /// <summary>
    /// Registers the task types of the platform and of the modules that this process serves. The diagnostic ones (<c>core.echo</c> and its
    /// like) are there in Development, and where <c>Tasks__Diagnostics</c> is true.
    /// </summary>
    public static IServiceCollection AddTaskCatalog(this IServiceCollection services)
    {
        services.TryAddSingleton(provider =>
        {
            var modules = provider.GetService<HostedModules>()?.Served ?? [];
            var all = TaskCatalog.From(modules.Select(module => module.Assembly));
            return WantsDiagnostics(provider) ? all : new TaskCatalog(all.All.Where(type => !IsDiagnostic(type)));
        });
        return services;
    }

    private static bool WantsDiagnostics(IServiceProvider provider) =>
        provider.GetRequiredService<IConfiguration>()["Tasks:Diagnostics"] is { } set
            ? bool.TryParse(set, out var isOn) && isOn
            : provider.GetService<IHostEnvironment>()?.IsDevelopment() == true;

    private static bool IsDiagnostic(TaskTypeInfo type) => type.About.External && type.Name.StartsWith("core.", StringComparison.Ordinal);
}
