using Buildify.Testing.Hosts;

namespace Buildify.Modules;

/// <summary>The platform with every module of this build, for the tests of all of them; each test makes a company of its own.</summary>
public sealed class PlatformFixture : IAsyncLifetime
{
    public InProcessHost Host { get; private set; } = null!;

    public Task<TestCompany> NewCompany(params string[] modules) => Host.NewCompany(modules);

    public async Task InitializeAsync() => Host = await InProcessHost.Start(ModuleList.All);

    public async Task DisposeAsync() => await Host.DisposeAsync();
}

/// <summary>What a module's test class is marked with: <c>[Collection("platform")]</c>.</summary>
[CollectionDefinition("platform")]
public sealed class PlatformCollection : ICollectionFixture<PlatformFixture>;
