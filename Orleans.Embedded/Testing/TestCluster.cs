using System.Collections.ObjectModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>Several silos and a client in this process. They share no services, so what they share they share as a cluster does.</summary>
public class TestCluster : IDisposable, IAsyncDisposable
{
    private readonly List<SiloHandle> _secondary = [];
    private readonly TestHostFactory _hosts;
    private IHost? _client;
    private short _started;

    internal TestCluster(TestClusterOptions options, IReadOnlyList<IConfigurationSource> configurationSources)
    {
        Options = options;
        ConfigurationSources = configurationSources;
        _hosts = new TestHostFactory(options, configurationSources);
    }

    public TestClusterOptions Options { get; }

    public IReadOnlyList<IConfigurationSource> ConfigurationSources { get; }

    public SiloHandle? Primary { get; private set; }

    public IReadOnlyList<SiloHandle> SecondarySilos
    {
        get
        {
            lock (_secondary)
            {
                return [.. _secondary];
            }
        }
    }

    public ReadOnlyCollection<SiloHandle> Silos => new(Primary is { } primary ? [primary, .. SecondarySilos] : [.. SecondarySilos]);

    public IClusterClient Client => _client?.Services.GetRequiredService<IClusterClient>()
        ?? throw new InvalidOperationException("The cluster has not been deployed, or its client was stopped.");

    public IGrainFactory GrainFactory => Client;

    /// <summary>The client's.</summary>
    public IServiceProvider ServiceProvider => Client.ServiceProvider;

    public IServiceProvider GetSiloServiceProvider(SiloAddress? silo = null) =>
        (Silos.OfType<InProcessSiloHandle>().FirstOrDefault(s => silo is null || s.SiloAddress.Equals(silo))
            ?? throw new ArgumentException($"There is no silo {silo}.")).ServiceProvider;

    public IEnumerable<SiloHandle> GetActiveSilos() => Silos.Where(s => s.IsActive);

    public SiloHandle? GetSiloForAddress(SiloAddress siloAddress) => GetActiveSilos().FirstOrDefault(s => s.SiloAddress.Equals(siloAddress));

    public void Deploy() => DeployAsync().GetAwaiter().GetResult();

    public async Task DeployAsync()
    {
        if (_started > 0)
        {
            throw new InvalidOperationException("Cluster host already deployed.");
        }

        Primary = await StartSiloAsync();
        await StartAdditionalSilosAsync(Options.InitialSilosCount - 1);
        if (Options.InitializeClientOnDeploy)
        {
            await InitializeClientAsync();
        }
    }

    public async Task InitializeClientAsync()
    {
        _client = _hosts.Client();
        await _client.StartAsync();
    }

    public async Task<SiloHandle> StartAdditionalSiloAsync(bool startAdditionalSiloOnNewPort = false) =>
        (await StartAdditionalSilosAsync(1, startAdditionalSiloOnNewPort))[0];

    public async Task<List<SiloHandle>> StartAdditionalSilosAsync(int silosToStart, bool startAdditionalSiloOnNewPort = false)
    {
        var started = new List<SiloHandle>();
        for (var i = 0; i < silosToStart; i++)
        {
            started.Add(await StartSiloAsync());
            lock (_secondary)
            {
                _secondary.Add(started[i]);
            }
        }

        return started;
    }

    /// <summary>In good order: its grains are deactivated.</summary>
    public Task StopSiloAsync(SiloHandle instance) => EndAsync(instance, stopGracefully: true);

    /// <summary>As a crash.</summary>
    public Task KillSiloAsync(SiloHandle instance) => EndAsync(instance, stopGracefully: false);

    public async Task StopSecondarySilosAsync()
    {
        foreach (var silo in SecondarySilos)
        {
            await StopSiloAsync(silo);
        }
    }

    public async Task StopClusterClientAsync()
    {
        if (Interlocked.Exchange(ref _client, null) is { } client)
        {
            await client.StopAsync();
            await ((IAsyncDisposable)client).DisposeAsync();
        }
    }

    public void StopAllSilos() => StopAllSilosAsync().GetAwaiter().GetResult();

    public async Task StopAllSilosAsync()
    {
        await StopClusterClientAsync();
        await StopSecondarySilosAsync();
        if (Primary is { } primary)
        {
            await StopSiloAsync(primary);
        }
    }

    /// <summary>Here every silo knows of a change as soon as it is made.</summary>
    public Task WaitForLivenessToStabilizeAsync(bool didKill = false) => Task.CompletedTask;

    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAllSilosAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<InProcessSiloHandle> StartSiloAsync()
    {
        var number = _started++;
        var host = _hosts.Silo(number);
        await host.StartAsync();
        var silo = host.Services.GetRequiredService<ILocalSiloDetails>();
        return new InProcessSiloHandle
        {
            SiloHost = host,
            Name = silo.Name,
            SiloAddress = silo.SiloAddress,
            GatewayAddress = silo.GatewayAddress,
            InstanceNumber = number,
            ClusterOptions = Options,
        };
    }

    private async Task EndAsync(SiloHandle? silo, bool stopGracefully)
    {
        if (silo is null)
        {
            return;
        }

        await silo.StopSiloAsync(stopGracefully);
        await silo.DisposeAsync();
        lock (_secondary)
        {
            _secondary.Remove(silo);
            Primary = ReferenceEquals(Primary, silo) ? null : Primary;
        }
    }
}
