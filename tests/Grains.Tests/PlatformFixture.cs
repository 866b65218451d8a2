using Buildify.Companies;
using Buildify.Modules;
using Buildify.Tenants;
using Buildify.Testing.Cluster;

namespace Buildify;

/// <summary>One cluster of two silos for every test that takes nothing away; each test has a tenant of its own.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    public static readonly Caller Caller = new("tester", "test");

    private static int _ids;

    public PlatformFixture()
    {
    }

    /// <summary>For a test with a cluster of its own.</summary>
    internal PlatformFixture(PlatformCluster platform) => Platform = platform;

    public PlatformCluster Platform { get; private set; } = null!;

    public IGrainFactory Grains => Platform.Grains;

    public async Task InitializeAsync() => Platform = await PlatformCluster.Launch(silos: 2);

    public async Task DisposeAsync() => await Platform.DisposeAsync();

    public static string NewId(string prefix) => $"{prefix}-{Interlocked.Increment(ref _ids)}";

    public async Task<string> NewTenant(string? id = null)
    {
        id ??= NewId("t");
        (await Tenant(id).Create(new NewTenant(id, "A tenant"), Caller, stamp: null)).Failure.ShouldBeNull();
        return id;
    }

    public async Task<string> NewCompany(string tenant, string id = "berlin")
    {
        (await Company(tenant, id).Create(new NewCompany(id, "A company"), Caller, stamp: null)).Failure.ShouldBeNull();
        return id;
    }

    /// <summary>Registers a module from the middle of its manifest.</summary>
    public async Task<string> NewModule(string more = "", string? name = null, string version = "1.0.0")
    {
        name ??= NewId("m");
        (await Register($$"""{"name":"{{name}}","display_name":"A module","version":"{{version}}"{{more}}}""")).Failure.ShouldBeNull();
        return name;
    }

    public Task<Outcome<Registration>> Register(string manifest) =>
        Grains.GetGrain<IModuleRegistryGrain>(GrainKeys.Platform).Register(new JsonText(manifest), ModuleSource.Api, Caller, stamp: null);

    public Task<Outcome<InstallationResult>> TurnOn(string tenant, string module, string configuration = "{}", string? ifMatch = null) =>
        Installation(tenant, module).TurnOn(Tier(module, configuration, ifMatch: ifMatch), Caller);

    public static TierChange Tier(string module, string configuration = "{}", bool? enabled = null, string? ifMatch = null) =>
        new(module, enabled, new JsonText(configuration), [], [], ifMatch);

    public ITenantGrain Tenant(string id) => Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(id));

    public ICompanyGrain Company(string tenant, string id) => Grains.GetGrain<ICompanyGrain>(GrainKeys.Company(tenant, id));

    public IInstallationGrain Installation(string tenant, string module) => Grains.GetGrain<IInstallationGrain>(GrainKeys.Installation(tenant, module));
}

[CollectionDefinition(nameof(Platform))]
public sealed class Platform : ICollectionFixture<PlatformFixture>;
