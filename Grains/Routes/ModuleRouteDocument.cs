using System.Globalization;
using Buildify.Modules;
using Buildify.Storage;

namespace Buildify.Routes;

/// <summary>State <c>module_route</c>.</summary>
internal sealed record ModuleRouteDocument : Document
{
    public string Module { get; init; } = "";
    public RouteRule? Rule { get; init; }

    /// <summary>Null where before the last write all went home.</summary>
    public RouteRule? Previous { get; init; }

    /// <summary>The number of this document's last write.</summary>
    public long Writes { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
    public string UpdatedBy { get; init; } = "";

    public string Revision => Writes.ToString(CultureInfo.InvariantCulture);

    public ModuleRoute ToRoute(Module module) => new(
        module.Name,
        new RouteHome(module.Backend.Address is null ? RouteDestination.Grains : RouteDestination.Backend, module.Backend.Address),
        Rule, Previous, Revision, Writes == 0 ? null : UpdatedAt, Writes == 0 ? null : UpdatedBy);
}
