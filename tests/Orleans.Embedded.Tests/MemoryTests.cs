using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;
using Orleans.Runtime;

namespace Orleans.Embedded.Tests;

internal interface IIdleGrain : IGrainWithStringKey
{
    Task Touch();
}

internal sealed class IdleState
{
    public string Name { get; set; } = "";
}

internal sealed class IdleGrain([PersistentState("idle")] IPersistentState<IdleState> state) : Grain, IIdleGrain
{
    public Task Touch() => Task.FromResult(state);
}

public class MemoryTests
{
    private const int Grains = 5000;

    [Fact]
    public async Task An_idle_grain_with_a_state_and_a_reference_to_it_take_less_than_two_kilobytes()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo
            .AddMemoryGrainStorageAsDefault()
            .Configure<Configuration.ClusterOptions>(cluster => cluster.ClusterId = nameof(MemoryTests)));
        using var host = builder.Build();
        await host.StartAsync();
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        await factory.GetGrain<IIdleGrain>("the first pays for the code").Touch();

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var grains = Enumerable.Range(0, Grains).Select(i => factory.GetGrain<IIdleGrain>($"tenant:{i:D8}")).ToArray();
        await Task.WhenAll(grains.Select(grain => grain.Touch()));
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / Grains;

        bytes.ShouldBeLessThan(2048);
        GC.KeepAlive(grains);
        await host.StopAsync();
    }
}
