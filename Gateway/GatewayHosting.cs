using Buildify.Flags;
using Buildify.Gateway.Answers;
using Buildify.Gateway.Companies;
using Buildify.Gateway.Flags;
using Buildify.Gateway.Forwarding;
using Buildify.Gateway.Health;
using Buildify.Gateway.Idempotency;
using Buildify.Gateway.Identity;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Modules;
using Buildify.Gateway.OpenApi;
using Buildify.Gateway.Routes;
using Buildify.Gateway.Tenants;
using Buildify.Hosting.Diagnostics;
using Buildify.Hosting.Management;

namespace Buildify.Gateway;

/// <summary>The gateway as a part of a process: HTTP in, grain calls out.</summary>
public static class GatewayHosting
{
    public static void AddGateway(this WebApplicationBuilder builder)
    {
        builder.AddLogs();
        builder.AddManagement();
        builder.Services.AddLimits();
        builder.Services.AddBearerTokens();
        builder.Services.AddContract();
        builder.Services.AddSingleton<Idempotent>();
        builder.Services.AddSingleton<HealthChecks>();
        Microservices.Add(builder.Services);
        builder.Services.AddForwarding();
        builder.Services.AddFeatureFlags();
        builder.Services.AddSingleton<ModuleTable>();
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

        var api = app.MapGroup("/api/v1").AddEndpointFilter(BeforeAnswer.Filter);
        api.MapAuth();
        api.MapTenants();
        api.MapModuleRoutes();
        api.MapFlags();
        api.MapGroup("").AllowTenant(grains).MapModules();

        var tenant = api.MapGroup("").RequireTenant(grains);
        tenant.MapCompanies();
        tenant.MapTenantModules();
        tenant.MapCompanyModules();
        tenant.MapFlagStates();
    }
}
