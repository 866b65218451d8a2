using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Starts and stops the silo with its host.</summary>
internal sealed class SiloService(Silo silo, IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private readonly SiloLifecycle _lifecycle = new();
    private readonly ActivationCollector _collector = new(silo);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var participant in services.GetServices<ILifecycleParticipant<ISiloLifecycle>>())
        {
            participant.Participate(_lifecycle);
        }

        silo.Cluster.Add(silo);
        silo.Cluster.Join(silo);
        silo.ChangeStatus(SiloStatus.Joining);
        try
        {
            await _lifecycle.StartAsync(int.MinValue, ServiceLifecycleStage.BecomeActive, cancellationToken);
            silo.ChangeStatus(SiloStatus.Active);
            _collector.Start();
            await _lifecycle.StartAsync(ServiceLifecycleStage.BecomeActive + 1, int.MaxValue, cancellationToken);
        }
        catch
        {
            silo.Die();
            throw;
        }
    }

    /// <summary>A token that has fired means: as if the process were killed.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (silo.Status == SiloStatus.Dead)
        {
            return;
        }

        if (!cancellationToken.IsCancellationRequested)
        {
            await _lifecycle.StopAsync(ServiceLifecycleStage.Active, int.MaxValue, cancellationToken);
            silo.ChangeStatus(SiloStatus.ShuttingDown);
            await EndGrainsAsync(cancellationToken);
            await _lifecycle.StopAsync(int.MinValue, ServiceLifecycleStage.Active - 1, cancellationToken);
        }

        silo.Die();
        silo.Cluster.Remove(silo);
    }

    /// <summary>Their calls go on to other silos, if there are any that have the class.</summary>
    private async Task EndGrainsAsync(CancellationToken stop)
    {
        var reason = new DeactivationReason(DeactivationReasonCode.ShuttingDown, "This process is terminating.");
        var ended = new List<Task>();
        foreach (var activation in silo.Activations())
        {
            activation.Deactivate(reason, stop);
            ended.Add(activation.Deactivated);
        }

        var limit = Task.Delay(silo.Collection.DeactivationTimeout, silo.Time, stop);
        await Task.WhenAny(Task.WhenAll(ended), limit);
    }

    public async ValueTask DisposeAsync()
    {
        await _collector.DisposeAsync();
        if (silo.Status is not (SiloStatus.Created or SiloStatus.Dead))
        {
            silo.Die();
        }

        silo.Cluster.Remove(silo);
    }
}

/// <summary>Lets the calls of a client out while its host runs.</summary>
internal sealed class ClientService(EmbeddedClient client) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        client.Cluster.Add(client);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        client.Stop();
        client.Cluster.Remove(client);
        return Task.CompletedTask;
    }
}
