using Buildify.Hosting.Metrics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Buildify.Hosting.Management;

/// <summary>What every process answers to those who watch it.</summary>
internal static class ManagementEndpoints
{
    /// <summary>Collects metrics from now on, and listens on the management port where one is set.</summary>
    public static void AddManagement(this WebApplicationBuilder builder)
    {
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(new PrometheusMetrics());
        builder.AddManagementPort();
    }

    /// <summary>All that a silo or a worker answers over HTTP.</summary>
    public static void MapManagement(this WebApplication app)
    {
        app.MapGet(Alive.Path, (HttpContext http, TimeProvider time) => Alive.Write(http.Response, time, "ok"u8));
        app.MapGet("/ready", (HttpContext http, IGrainFactory grains, TimeProvider time) => ReadyAnswer.Write(http, grains, time));
        app.MapMetrics(static _ => false);
    }

    /// <param name="isAdministrator">Whether the caller has proven to be one.</param>
    public static RouteHandlerBuilder MapMetrics(this IEndpointRouteBuilder routes, Func<HttpContext, bool> isAdministrator)
    {
        var port = routes.ServiceProvider.GetRequiredService<IOptions<ManagementOptions>>().Value.Port;
        return routes.MapGet("/metrics", (HttpContext http, PrometheusMetrics metrics) =>
        {
            switch (MetricsAccess.Decide(http, port, isAdministrator(http)))
            {
                case MetricsVerdict.Allowed:
                    http.Response.ContentType = PrometheusMetrics.ContentType;
                    return http.Response.WriteAsync(metrics.Write(), http.RequestAborted);
                case MetricsVerdict.Elsewhere:
                    http.Response.StatusCode = StatusCodes.Status404NotFound;
                    return Task.CompletedTask;
                default:
                    var isKnown = http.User.Identity is { IsAuthenticated: true };
                    http.Response.StatusCode = isKnown ? StatusCodes.Status403Forbidden : StatusCodes.Status401Unauthorized;
                    return Task.CompletedTask;
            }
        });
    }
}
