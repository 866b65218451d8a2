using Microsoft.Extensions.DependencyInjection;

namespace Buildify.Tasks;

internal static class TaskGrainServices
{
    /// <summary>What the grains ask for that look at tasks and change many.</summary>
    public static IServiceCollection AddTaskGrains(this IServiceCollection services) => services.AddSingleton<TaskTables>().AddSingleton<TaskOwners>();
}
