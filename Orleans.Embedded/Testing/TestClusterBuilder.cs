using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Configures the silos of a test cluster.</summary>
public interface ISiloConfigurator
{
    void Configure(ISiloBuilder siloBuilder);
}

/// <summary>Configures the hosts of a test cluster.</summary>
public interface IHostConfigurator
{
    void Configure(IHostBuilder hostBuilder);
}

/// <summary>Configures the client of a test cluster.</summary>
public interface IClientBuilderConfigurator
{
    void Configure(IConfiguration configuration, IClientBuilder clientBuilder);
}

/// <summary>What a test cluster is made of.</summary>
public class TestClusterOptions
{
    public string ClusterId { get; set; } = null!;

    public string ServiceId { get; set; } = null!;

    public short InitialSilosCount { get; set; }

    public bool InitializeClientOnDeploy { get; set; } = true;

    public List<string?> SiloBuilderConfiguratorTypes { get; } = [];

    public List<string?> ClientBuilderConfiguratorTypes { get; } = [];
}

/// <summary>Puts together a cluster of silos in this process, each with a host of its own, and a client with another.</summary>
public class TestClusterBuilder
{
    private readonly List<Action<IConfigurationBuilder>> _configuration = [];

    public TestClusterBuilder()
        : this(2)
    {
    }

    public TestClusterBuilder(short initialSilosCount) => Options = new TestClusterOptions
    {
        InitialSilosCount = initialSilosCount,
        ClusterId = CreateClusterId(),
        ServiceId = Guid.NewGuid().ToString("N"),
    };

    public TestClusterOptions Options { get; }

    /// <summary>Goes into the configuration of every host.</summary>
    public Dictionary<string, string?> Properties { get; } = [];

    public TestClusterBuilder ConfigureHostConfiguration(Action<IConfigurationBuilder> configureDelegate)
    {
        _configuration.Add(configureDelegate);
        return this;
    }

    /// <typeparam name="T">An <see cref="ISiloConfigurator"/>, an <see cref="IHostConfigurator"/>, or both; each silo makes its own.</typeparam>
    public TestClusterBuilder AddSiloBuilderConfigurator<T>()
        where T : new() => Add<T>(Options.SiloBuilderConfiguratorTypes, typeof(ISiloConfigurator));

    /// <typeparam name="T">An <see cref="IClientBuilderConfigurator"/>, an <see cref="IHostConfigurator"/>, or both.</typeparam>
    public TestClusterBuilder AddClientBuilderConfigurator<T>()
        where T : new() => Add<T>(Options.ClientBuilderConfiguratorTypes, typeof(IClientBuilderConfigurator));

    public TestCluster Build()
    {
        var configuration = new ConfigurationBuilder();
        configuration.AddInMemoryCollection(Properties);
        foreach (var configure in _configuration)
        {
            configure(configuration);
        }

        return new TestCluster(Options, [.. configuration.Sources]);
    }

    public static string CreateClusterId() => $"testcluster-{Guid.NewGuid():N}";

    private TestClusterBuilder Add<T>(List<string?> types, Type wanted)
    {
        if (!wanted.IsAssignableFrom(typeof(T)) && !typeof(IHostConfigurator).IsAssignableFrom(typeof(T)))
        {
            throw new ArgumentException($"The type {typeof(T)} is not assignable to either {wanted.Name} or {nameof(IHostConfigurator)}");
        }

        types.Add(typeof(T).AssemblyQualifiedName);
        return this;
    }
}
