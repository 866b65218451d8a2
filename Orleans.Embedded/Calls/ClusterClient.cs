namespace Orleans.Runtime;

/// <summary>A client in this process. It makes calls and hosts no grain.</summary>
internal sealed class EmbeddedClient(IServiceProvider services, Configuration.ClusterOptions cluster, Configuration.ClientMessagingOptions messaging)
    : CallOrigin(services, Cluster.Named(cluster.ServiceId, cluster.ClusterId), messaging, Guid.NewGuid().ToString("N"));
