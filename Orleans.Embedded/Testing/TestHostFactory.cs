using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Orleans.TestingHost;

/// <summary>Builds the hosts of a test cluster.</summary>
internal sealed class TestHostFactory(TestClusterOptions options, IReadOnlyList<IConfigurationSource> sources)
{
    public IHost Silo(int number)
    {
        var name = number == 0 ? "Primary" : $"Secondary_{number}";
        var builder = Builder("SiloHost");
        builder.UseOrleans(silo =>
        {
            Identify(silo.Services);
            silo.Configure<SiloOptions>(o => o.SiloName = name);
            silo.Configure<EndpointOptions>(o => o.SiloPort += number);
            foreach (var configurator in Configurators<ISiloConfigurator>(options.SiloBuilderConfiguratorTypes))
            {
                configurator.Configure(silo);
            }
        });
        Configure(builder, options.SiloBuilderConfiguratorTypes);
        return builder.Build();
    }

    public IHost Client()
    {
        var builder = Builder("TestClusterClient");
        builder.UseOrleansClient((context, client) =>
        {
            Identify(client.Services);
            foreach (var configurator in Configurators<IClientBuilderConfigurator>(options.ClientBuilderConfiguratorTypes))
            {
                configurator.Configure(context.Configuration, client);
            }
        });
        Configure(builder, options.ClientBuilderConfiguratorTypes);
        return builder.Build();
    }

    private HostBuilder Builder(string name)
    {
        var builder = new HostBuilder();
        builder.UseEnvironment(Environments.Development);
        builder.ConfigureHostConfiguration(configuration =>
        {
            foreach (var source in sources)
            {
                configuration.Add(source);
            }
        });
        builder.UseDefaultServiceProvider(services => services.ValidateScopes = false);
        builder.Properties["Configuration"] = new ConfigurationRoot([.. sources.Select(s => s.Build(new ConfigurationBuilder()))]);
        builder.ConfigureHostOptions(host => host.ShutdownTimeout = TimeSpan.FromMinutes(1));
        builder.ConfigureAppConfiguration((context, _) => context.HostingEnvironment.ApplicationName = name);
        return builder;
    }

    private void Identify(IServiceCollection services) =>
        services.Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = (options.ClusterId, options.ServiceId));

    private static void Configure(IHostBuilder builder, IEnumerable<string?> types)
    {
        foreach (var configurator in Configurators<IHostConfigurator>(types))
        {
            configurator.Configure(builder);
        }
    }

    private static IEnumerable<T> Configurators<T>(IEnumerable<string?> types) =>
        types.Select(type => Activator.CreateInstance(Type.GetType(type!, throwOnError: true)!)).OfType<T>();
}
