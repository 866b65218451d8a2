using Buildify.Events;
using Buildify.Flags;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Contract;
using Buildify.Gateway.Events;
using Buildify.Gateway.Forwarding;
using Buildify.Gateway.Frontend;
using Buildify.Gateway.Health;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Operations;
using Buildify.Gateway.Routes;
using Buildify.Gateway.Tasks;
using Buildify.Hosting.Diagnostics;
using Buildify.Hosting.Events;
using Buildify.Hosting.Management;
using Buildify.Hosting.Modules;
using Buildify.Hosting.Tasks;
using Buildify.Modules;
using Buildify.Tasks;
using Microsoft.Extensions.Options;

namespace Buildify.Gateway;

/// <summary>The gateway as a part of a process: HTTP in, grain calls out.</summary>
public static class GatewayHosting
{
    /// <param name="modules">Those that the program was built with.</param>
    public static void AddGateway(this WebApplicationBuilder builder, IEnumerable<ModuleDefinition> modules)
    {
        builder.Services.AddModules(modules, builder.Configuration);
        builder.AddLogs();
        builder.AddManagement();
        builder.Services.AddLimits();
        builder.Services.AddBearerTokens();
        builder.Services.AddContract();
        builder.Services.AddSingleton<Idempotent>();
        builder.Services.AddSingleton(services => new CallServices(
            services.GetRequiredService<IGrainFactory>(), services.GetRequiredService<Idempotent>(), services.GetRequiredService<IOptions<LimitOptions>>().Value.BodyBytes));
        builder.Services.AddTaskCatalog().AddTaskClient();
        builder.Services.AddSingleton<TaskIntake>();
        builder.Services.AddEventCatalog().AddEventPublisher().AddEventRoutes(builder.Configuration);
        builder.Services.AddSingleton<HealthChecks>();
        Microservices.Add(builder.Services);
        builder.Services.AddForwarding();
        builder.Services.AddFeatureFlags();
        builder.Services.AddSingleton<ModuleTable>();
        builder.Services.AddSingleton<ModuleFiles>();
        builder.Services.Configure<RouteOptions>(options => options.SetParameterPolicy<SlugConstraint>("slug"));
    }

    public static void UseGateway(this WebApplication app)
    {
        app.UseMiddleware<AliveMiddleware>();
        app.UseMiddleware<Door>();
        app.UseMiddleware<HeadMiddleware>();
        app.UseDocs();
        app.UseRouting();
        app.UseMiddleware<UnknownRoutes>();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseMiddleware<ModuleRouting>();
        app.UseAuthorization();
        app.MapGateway();
    }

    private static void MapGateway(this WebApplication app)
    {
        var grains = app.Services.GetRequiredService<IGrainFactory>();
        app.MapGet("/", () => Answer.Json(Answers.Index.Here)).AllowAnonymous().ExcludeFromDescription();
        app.MapContract();
        app.MapHealth();
        app.MapPublicKeys();
        app.Services.GetRequiredService<ModuleFiles>().Map(app);

        var platform = new OperationMap(app, "/api/v1", module: null, app.Services.GetRequiredService<CallServices>());
        ContractRoutes.Map(platform);
        EventStreamRoute.Map(platform);
        app.MapModules();
    }

    private static void MapModules(this WebApplication app)
    {
        var services = app.Services.GetRequiredService<CallServices>();
        app.Services.GetRequiredService<HostedModules>().ForEach(module =>
        {
            var routes = new OperationMap(app, module.ApiPrefix, module.Name, services);
            module.MapRoutes(routes);
            foreach (var type in module.Find<IModuleApi>()) ((IModuleApi)Activator.CreateInstance(type, nonPublic: true)!).Map(routes);
        });
    }
}
