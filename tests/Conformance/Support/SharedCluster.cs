using Orleans.TestingHost;

namespace Conformance;

/// <summary>Two silos that most tests share: each uses keys of its own.</summary>
public sealed class SharedCluster : IAsyncLifetime
{
    public const string Name = "shared cluster";
    public const string Streams = "streams";

    public TestCluster Cluster { get; private set; } = null!;

    public IGrainFactory Grains => Cluster.GrainFactory;

    public async Task InitializeAsync()
    {
        var builder = new TestClusterBuilder(2);
        builder.AddSiloBuilderConfigurator<Silos>();
        builder.AddClientBuilderConfigurator<Client>();
        Cluster = builder.Build();
        await Cluster.DeployAsync();
    }

    public async Task DisposeAsync() => await Cluster.DisposeAsync();

    private sealed class Silos : ISiloConfigurator
    {
        public void Configure(ISiloBuilder siloBuilder) => siloBuilder
            .AddMemoryGrainStorageAsDefault()
            .AddMemoryGrainStorage("PubSubStore")
            .AddMemoryStreams(Streams);
    }

    private sealed class Client : IClientBuilderConfigurator
    {
        public void Configure(Microsoft.Extensions.Configuration.IConfiguration configuration, IClientBuilder clientBuilder) =>
            clientBuilder.AddMemoryStreams(Streams);
    }
}

[CollectionDefinition(SharedCluster.Name)]
public sealed class SharedClusterGroup : ICollectionFixture<SharedCluster>;
