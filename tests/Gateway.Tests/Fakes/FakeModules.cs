using System.Collections.Immutable;
using Buildify.Companies;
using Buildify.Directories;
using Buildify.Identity;
using Buildify.Modules;
using Buildify.Routes;
using Buildify.Tenants;

namespace Buildify.Gateway.Fakes;

/// <summary>One module before a <see cref="FakeGrains"/>: what is set here is what every grain says of it from then on.</summary>
public sealed class FakeModule(string name, string? address = null)
{
    public string Name => name;
    public string Prefix => "/api/v1/" + name;
    public bool Enabled { get; set; } = true;
    public ModuleState State { get; set; } = ModuleState.Installed;
    public RouteRule? Rule { get; set; }

    public void AddTo(FakeGrains grains) => grains
        .On<IDirectoryGrain>("ModulePrefixes", (_, _) => Task.FromResult<ImmutableArray<ModulePrefix>>([new(name, Prefix, address is null)]))
        .On<IModuleRouteGrain>("GetRule", (_, _) => Task.FromResult(Rule))
        .On<IModuleGrain>("Get", (_, _) => Task.FromResult<Module?>(Read()))
        .On<ITenantGrain>("GetModule", (_, _) => Task.FromResult<Outcome<ModuleTier>>(new ModuleTier(name, Enabled, JsonText.EmptyObject, [], [], "1.0.0", "1", null, null)))
        .On<ICompanyGrain>("GetConfiguration", (key, _) => Task.FromResult<Outcome<EffectiveConfiguration>>(key == "acme/berlin" && Enabled
            ? new EffectiveConfiguration(JsonText.EmptyObject, ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, bool>.Empty, "1.0.0", "1")
            : new Failure(FailureCodes.ModuleNotEnabled, "off")))
        .On<ISigningKeyGrain>("Sign", (_, arguments) =>
        {
            var claims = (TokenClaims)arguments[0]!;
            return Task.FromResult(TestGateway.Keys.Sign(
                claims.Subject, claims.Tenant, [.. claims.Roles], TimeProvider.System.GetUtcNow().UtcDateTime.AddSeconds(claims.LifetimeSeconds), audience: claims.Audience!));
        });

    private Module Read() => new(
        name, name, "1.0.0", null, State, ImmutableSortedDictionary<string, string>.Empty, ImmutableSortedDictionary<string, FeatureRead>.Empty,
        ImmutableSortedDictionary<string, string>.Empty, new ModuleBackend(address is null ? "grains" : "microservice", Prefix, address), JsonText.EmptyObject, null, null);
}
