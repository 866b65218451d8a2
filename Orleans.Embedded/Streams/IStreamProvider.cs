using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Streams;

namespace Orleans.Streams
{
    /// <summary>Gives streams. A provider is a keyed service of this type; another than the memory one is registered the same way.</summary>
    public interface IStreamProvider
    {
        string Name { get; }

        bool IsRewindable { get; }

        IAsyncStream<T> GetStream<T>(StreamId streamId);
    }

    /// <summary>Streams by namespace and key.</summary>
    public static class StreamProviderExtensions
    {
        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, string id) =>
            Of(streamProvider).GetStream<T>(StreamId.Create(ns, id));

        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, Guid id) =>
            Of(streamProvider).GetStream<T>(StreamId.Create(ns, id));

        public static IAsyncStream<T> GetStream<T>(this IStreamProvider streamProvider, string ns, long id) =>
            Of(streamProvider).GetStream<T>(StreamId.Create(ns, id));

        private static IStreamProvider Of(IStreamProvider provider)
        {
            ArgumentNullException.ThrowIfNull(provider);
            return provider;
        }
    }
}

namespace Orleans
{
    /// <summary>A grain's way to streams.</summary>
    public static class GrainStreamingExtensions
    {
        public static IStreamProvider GetStreamProvider(this Grain grain, string name) => GetStreamProvider((IGrainBase)grain, name);

        public static IStreamProvider GetStreamProvider(this IGrainBase grain, string name)
        {
            ArgumentNullException.ThrowIfNull(grain);
            return Find(grain.GrainContext.ActivationServices, name);
        }

        internal static IStreamProvider Find(IServiceProvider services, string name)
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                throw new ArgumentNullException(nameof(name));
            }

            return services.GetKeyedService<IStreamProvider>(name) ?? throw new KeyNotFoundException($"Stream provider '{name}' not found");
        }
    }

    /// <summary>A client's way to streams. Here it can write to them; subscribing is for grains.</summary>
    public static class ClientStreamingExtensions
    {
        public static IStreamProvider GetStreamProvider(this IClusterClient client, string name)
        {
            ArgumentNullException.ThrowIfNull(client);
            return GrainStreamingExtensions.Find(client.ServiceProvider, name);
        }
    }
}
