using System.Collections.Immutable;
using Buildify.Routes;

namespace Buildify.Gateway.Routes;

/// <summary>A part of a module's traffic, and where it goes.</summary>
/// <param name="To">By default a backend.</param>
/// <param name="Address">Of the backend, as <c>http://legacy:8002</c>; left out for the one in the module's manifest.</param>
/// <param name="Percentage">Of the tenants, 0 to 100; left out, all where no tenant is named, else none.</param>
/// <param name="Tenants">Tenants that go there whatever the percentage is.</param>
internal sealed record RouteBody(
    RouteDestination To = RouteDestination.Backend, string? Address = null, int? Percentage = null, ImmutableArray<string>? Tenants = null)
{
    public RouteRule ToRule() => new(To, Address, Percentage ?? (Tenants is { IsEmpty: false } ? 0 : 100), Tenants ?? []);
}
