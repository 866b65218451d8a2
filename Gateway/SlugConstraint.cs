namespace Buildify.Gateway;

/// <summary>A path with an id that can be nobody's is no route: 404, and no grain is woken for it.</summary>
internal sealed class SlugConstraint : IRouteConstraint
{
    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values.TryGetValue(routeKey, out var value) && Slug.IsValid(value as string);
}
