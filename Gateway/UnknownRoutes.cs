namespace Buildify.Gateway;

/// <summary>
/// Stands between routing and authorization, behind what sends modules' requests elsewhere, so that a path that is no route is 404 and a method that a route has not is 405 for
/// everybody. Routes are no secret, GET /docs lists them; every one of them is still closed unless it says that it is public.
/// </summary>
internal sealed class UnknownRoutes(RequestDelegate next)
{
    public Task Invoke(HttpContext http)
    {
        switch (http.GetEndpoint())
        {
            case RouteEndpoint:
                return next(http);
            case { RequestDelegate: { } refuse }:
                // Routing's own endpoint for a method that no route takes.
                return refuse(http);
            default:
                http.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
        }
    }
}
