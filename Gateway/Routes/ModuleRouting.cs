using Buildify.Gateway.Forwarding;
using Buildify.Gateway.Limits;
using Buildify.Gateway.Tenants;
using Buildify.Modules;
using Buildify.Routes;

namespace Buildify.Gateway.Routes;

/// <summary>
/// Decides where a module's request goes: on to an endpoint of this process, or to a backend. It stands behind authentication, because
/// a rule may choose by tenant, and before authorization, which then holds for a forwarded request as for any other: what is forwarded
/// becomes an endpoint.
/// </summary>
internal sealed class ModuleRouting(RequestDelegate next, ModuleTable modules)
{
    public Task Invoke(HttpContext http) => PlatformRoutes.Owns(http.Request.Path.Value) ? next(http) : Choose(http, http.Request.Path.Value!);

    private async Task Choose(HttpContext http, string path)
    {
        // The rule is asked of its grain each time: a change that was answered holds for the very next request, at every gateway.
        if (await modules.Find(path).Within(http) is { } module) Apply(http, module, await module.Route.GetRule().Within(http));
        await (http.GetEndpoint() is RouteEndpoint ? next(http) : UnknownRoutes.Refuse(http));
    }

    private static void Apply(HttpContext http, ModuleEntry module, RouteRule? rule)
    {
        var isTaken = rule is not null && Tenant(http) is { } tenant && rule.Takes(module.Name, tenant);
        var isForwarded = isTaken ? rule!.To == RouteDestination.Backend : !module.IsGrains;
        if (!isForwarded) return;
        http.Features.Set(new ForwardTo(module.Name, isTaken ? rule!.Address : null));
        http.SetEndpoint(module.Forward);
    }

    // Nobody's requests, and those for a tenant they may not name, go home, and are refused there.
    private static string? Tenant(HttpContext http) => TenantChoice.Of(http.User, http.Request.Headers[TenantChoice.Header].ToString()).Tenant;
}
