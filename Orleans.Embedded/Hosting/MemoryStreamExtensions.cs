using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Hosting;

/// <summary>On Orleans, what can be said of a silo's memory streams. Here there is nothing to say.</summary>
public interface ISiloMemoryStreamConfigurator;

/// <summary>On Orleans, what can be said of a client's memory streams. Here there is nothing to say.</summary>
public interface IClusterClientMemoryStreamConfigurator;

/// <summary>Streams within the process, on a silo.</summary>
public static class SiloBuilderMemoryStreamExtensions
{
    public static ISiloBuilder AddMemoryStreams(this ISiloBuilder builder, string name, Action<ISiloMemoryStreamConfigurator>? configure = null) =>
        builder.ConfigureServices(services => services.AddKeyedSingleton<IStreamProvider>(
            name, (provider, _) => new MemoryStreamProvider(name, provider.GetRequiredService<Silo>())));
}

/// <summary>Streams within the process, on a client.</summary>
public static class ClientBuilderStreamingExtensions
{
    public static IClientBuilder AddMemoryStreams(
        this IClientBuilder builder, string name, Action<IClusterClientMemoryStreamConfigurator>? configure = null) =>
        builder.ConfigureServices(services => services.AddKeyedSingleton<IStreamProvider>(
            name, (provider, _) => new MemoryStreamProvider(name, provider.GetRequiredService<EmbeddedClient>())));
}
