using Microsoft.AspNetCore.Builder;
#if ORLEANS
using System.Net;
using Microsoft.AspNetCore.Http;
using Orleans.Dashboard;
#endif

namespace Buildify.Hosting.Cluster;

/// <summary>Orleans' own dashboard, at <c>/dashboard</c> of a silo. The embedded build has none.</summary>
public static class Dashboard
{
    /// <summary>
    /// Shows it to this machine alone, and not to what a proxy on this machine passes on: the dashboard itself asks nobody who they
    /// are. Call it before the routing.
    /// </summary>
    public static void UseDashboard(this WebApplication app)
    {
#if ORLEANS
        app.Use((http, next) =>
        {
            if (!http.Request.Path.StartsWithSegments("/dashboard", StringComparison.OrdinalIgnoreCase) || IsLocal(http)) return next(http);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
        app.MapOrleansDashboard("/dashboard").AllowAnonymous();
    }

    private static bool IsLocal(HttpContext http) =>
        http.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        && !http.Request.Headers.ContainsKey("X-Forwarded-For") && !http.Request.Headers.ContainsKey("Forwarded");
#else
        ArgumentNullException.ThrowIfNull(app);
    }
#endif
}
