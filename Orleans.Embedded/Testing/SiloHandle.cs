using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Runtime;

namespace Orleans.TestingHost;

/// <summary>One silo of a test cluster.</summary>
public abstract class SiloHandle : IDisposable, IAsyncDisposable
{
    public TestClusterOptions? ClusterOptions { get; set; }

    /// <summary>0 is the primary.</summary>
    public short InstanceNumber { get; set; }

    public string Name { get; set; } = null!;

    public SiloAddress SiloAddress { get; set; } = null!;

    public SiloAddress GatewayAddress { get; set; } = null!;

    public abstract bool IsActive { get; }

    public abstract Task StopSiloAsync(bool stopGracefully);

    public abstract Task StopSiloAsync(CancellationToken ct);

    public abstract ValueTask DisposeAsync();

    public void Dispose()
    {
        DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    public override string ToString() => SiloAddress.ToString();
}

/// <summary>A silo in this process, which here is every silo.</summary>
public class InProcessSiloHandle : SiloHandle
{
    private bool _isActive = true;

    public IHost SiloHost { get; init; } = null!;

    public IServiceProvider ServiceProvider => SiloHost.Services;

    public override bool IsActive => _isActive;

    public override async Task StopSiloAsync(bool stopGracefully)
    {
        using var kill = new CancellationTokenSource();
        if (!stopGracefully)
        {
            await kill.CancelAsync();
        }

        await StopSiloAsync(kill.Token);
    }

    public override async Task StopSiloAsync(CancellationToken ct)
    {
        if (!IsActive)
        {
            return;
        }

        try
        {
            await Task.Run(() => SiloHost.StopAsync(ct), CancellationToken.None);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // A host that is told to hurry gives up on those of its services that are not done.
        }
        finally
        {
            // A host whose token has fired may not have stopped its services at all.
            SiloHost.Services.GetRequiredService<Silo>().Die();
            _isActive = false;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await StopSiloAsync(stopGracefully: true);
        await ((IAsyncDisposable)SiloHost).DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
