using Buildify.Events;
using Buildify.Flags;
using Buildify.Hosting.Cluster;
using Buildify.Hosting.Events;
using Buildify.Hosting.Modules;
using Buildify.Hosting.Postgres;
using Buildify.Hosting.Tasks;
using Buildify.Isolation;
using Buildify.Modules;
using Buildify.Silo.Events;
using Buildify.Silo.Events.Streams;
using Buildify.Silo.Modules;
using Buildify.Silo.Postgres;
using Buildify.Silo.Start;
using Buildify.Silo.Tasks;
using Buildify.Tasks;

namespace Buildify.Silo;

/// <summary>Makes a process a silo with the platform's grains.</summary>
public static class SiloHosting
{
    /// <param name="modules">Those that the program was built with.</param>
    public static IHostApplicationBuilder AddSilo(this IHostApplicationBuilder builder, IEnumerable<ModuleDefinition> modules)
    {
        var hosted = builder.Services.AddModules(modules, builder.Configuration);
        builder.Services.AddModuleServices(hosted);
        builder.Services.AddPostgres(builder.Configuration, "silo").AddMigrations();
        builder.Services.AddTaskCatalog(hosted).AddTaskDeclarations();
        builder.Services.AddEventCatalog().AddEventDeclarations().AddEventHandlerDeclarations();
        builder.UseOrleans(silo => silo.UseCluster("silo").AddPlatform().ServeOnly(hosted));

        // Hosted services start in this order, and behind the silo: what they call is there.
        builder.Services.AddSingleton<BootstrapAdministrator>();
        builder.Services.AddHostedService(services => services.GetRequiredService<BootstrapAdministrator>());
        builder.Services.AddHostedService<ModuleFolders>();
        builder.Services.AddHostedService<Housekeeping>();
        builder.Services.AddTaskUpkeep(builder.Configuration);
        builder.Services.AddSubscriptionUpkeep();
        builder.Services.AddEventUpkeep(builder.Configuration);
        return builder;
    }

    /// <summary>The platform's storage, the modules' databases and the call filters; a test's silo has them too.</summary>
    public static ISiloBuilder AddPlatform(this ISiloBuilder silo)
    {
        silo.AddModuleAccess();
        silo.Services.AddTaskQueues(silo.Configuration);
        silo.Services.AddTaskCatalog().AddTaskClient().AddTaskGrains();
        silo.Services.AddEventLog();
        silo.Services.AddEventCatalog().AddEventPublisher();
        silo.Services.AddWebHooks(silo.Configuration);
        silo.Services.AddSubscriptions(silo.Configuration);
        silo.AddEventStreams();
        return silo.AddPostgresGrainStorage().AddIncomingGrainCallFilter<TenantIsolationFilter>();
    }

    /// <summary>What modules' grains and task handlers ask for: their databases and the flags. Wants <c>AddPostgres</c>.</summary>
    public static ISiloBuilder AddModuleAccess(this ISiloBuilder silo)
    {
        silo.Services.AddModuleDatabases(silo.Configuration);
        silo.Services.AddFeatureFlags();
        return silo;
    }
}
