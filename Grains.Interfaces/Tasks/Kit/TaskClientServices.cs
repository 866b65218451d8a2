using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Buildify.Tasks;

public static class TaskClientServices
{
    /// <summary>
    /// Registers <see cref="ITaskClient"/>, for a silo as for a client of the cluster; called again it changes nothing. Wants an
    /// <see cref="IGrainFactory"/> and a <see cref="TaskCatalog"/>.
    /// </summary>
    public static IServiceCollection AddTaskClient(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<TaskPartitions>();
        services.TryAddSingleton<ITaskClient, TaskClient>();
        return services;
    }
}
