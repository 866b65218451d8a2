using Buildify.Modules;

namespace Buildify.Gateway;

/// <summary>
/// Stands between routing and authorization, so that a path that is no route is 404 and a method that a route has not is 405 for
/// everybody. Routes are no secret, GET /docs lists them; every one of them is still closed unless it says that it is public. What may
/// be a module's is let through to <see cref="Routes.ModuleRouting"/>, which knows more and does the same.
/// </summary>
internal sealed class UnknownRoutes(RequestDelegate next)
{
    public Task Invoke(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint || !PlatformRoutes.Owns(http.Request.Path.Value) ? next(http) : Refuse(http);

    public static Task Refuse(HttpContext http)
    {
        // Routing's own endpoint for a method that no route takes.
        if (http.GetEndpoint()?.RequestDelegate is { } refuse) return refuse(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
