using Buildify.Events;
using Buildify.Hosting.Cluster;
using Buildify.Hosting.Events;
using Buildify.Hosting.Modules;
using Buildify.Hosting.Postgres;
using Buildify.Hosting.Tasks;
using Buildify.Modules;
using Buildify.Silo;
using Buildify.Tasks;
using Buildify.Worker.Execution;
using Buildify.Worker.Handlers;
using Buildify.Worker.Queues;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Buildify.Worker;

/// <summary>Makes a silo run tasks.</summary>
public static class TaskWorkerHosting
{
    /// <summary>A process that runs tasks and hosts nothing else: a silo of the role <c>worker</c> with the executor alone.</summary>
    /// <param name="modules">Those that the program was built with.</param>
    public static IHostApplicationBuilder AddWorker(this IHostApplicationBuilder builder, IEnumerable<ModuleDefinition> modules)
    {
        var hosted = builder.Services.AddModules(modules, builder.Configuration);
        builder.Services.AddModuleServices(hosted);
        builder.Services.AddPostgres(builder.Configuration, "worker").AddTaskCatalog(hosted).AddTaskDeclarations()
            .AddEventCatalog().AddEventDeclarations();
        builder.UseOrleans(silo => silo.UseCluster("worker").HostOnlyTheExecutor().AddModuleAccess().AddTaskWorker());
        return builder;
    }

    /// <summary>
    /// Runs tasks in this silo's process, of the task types in its <see cref="Buildify.Tasks.TaskCatalog"/>. Wants <c>AddPostgres</c> and
    /// <c>AddTaskCatalog</c> called, and itself behind the silo's own registration: what is registered later is stopped earlier.
    /// </summary>
    public static ISiloBuilder AddTaskWorker(this ISiloBuilder silo)
    {
        var services = silo.Services;
        var configuration = silo.Configuration;
        services.AddTaskCatalog().AddTaskClient();
        services.AddEventCatalog().AddEventPublisher();
        services.AddOptions<TaskWorkerOptions>().Configure(options => TaskWorkerConfiguration.Read(options, configuration)).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<TaskWorkerOptions>, TaskWorkerConfiguration.Validation>());
        // A host that gives up earlier than the worker would kill what it waits for.
        services.AddOptions<HostOptions>().PostConfigure<IOptions<TaskWorkerOptions>>(static (host, worker) =>
        {
            var needed = TimeSpan.FromSeconds(worker.Value.DrainSeconds) + TaskWorkerService.AfterCancelling + TaskWorkerService.ForReports
                + TaskWorkerService.ForGoodbyes + TaskWorkerService.ForGoodbyes + ForTheSilo;
            if (host.ShutdownTimeout < needed) host.ShutdownTimeout = needed;
        });
        services.TryAddSingleton<TaskHandlers>();
        services.TryAddSingleton(MakeSlots);
        services.TryAddSingleton<TaskMetrics>();
        services.TryAddSingleton<TaskPipeline>();
        services.TryAddSingleton<TaskWatch>();
        services.TryAddSingleton<Breakers>();
        services.TryAddSingleton<ITaskCompletions, TaskCompletions>();
        services.TryAddSingleton<QueueOwners>();
        services.TryAddSingleton<QueuePumps>();
        services.AddHostedService<TaskWorkerService>();
        return silo;
    }

    private static TaskSlots MakeSlots(IServiceProvider provider)
    {
        // Nobody hosts the executor before the silo has started, and this is made before.
        var executor = new Lazy<ITaskExecutorGrain>(
            () => provider.GetRequiredService<IGrainFactory>().GetGrain<ITaskExecutorGrain>(GrainKeys.TaskExecutor), LazyThreadSafetyMode.PublicationOnly);
        return new TaskSlots(
            provider.GetRequiredService<IOptions<TaskWorkerOptions>>(), () => executor.Value.Run(), provider.GetRequiredService<TimeProvider>());
    }

    private static readonly TimeSpan ForTheSilo = TimeSpan.FromSeconds(15);

    // The modules' grains come with their assemblies, and live in silos.
    private static ISiloBuilder HostOnlyTheExecutor(this ISiloBuilder silo) => silo.Configure<GrainTypeOptions>(types => types.Classes.RemoveWhere(
        type => type != typeof(TaskExecutorGrain) && type.Assembly.GetName().Name?.StartsWith("Orleans", StringComparison.Ordinal) != true));
}
