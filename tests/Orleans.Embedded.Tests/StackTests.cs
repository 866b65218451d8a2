using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Orleans.Embedded.Tests;

internal interface IRelayGrain : IGrainWithStringKey
{
    Task<int> Relay(int further);
}

internal sealed class RelayGrain : Grain, IRelayGrain
{
    public async Task<int> Relay(int further) =>
        further == 0 ? 0 : 1 + await GrainFactory.GetGrain<IRelayGrain>($"relay {further}").Relay(further - 1);
}

public class StackTests
{
    [Fact]
    public async Task A_chain_of_ten_thousand_grains_does_not_pile_up_on_one_stack()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => silo.Configure<Configuration.ClusterOptions>(cluster => cluster.ClusterId = nameof(StackTests)));
        using var host = builder.Build();
        await host.StartAsync();
        (await host.Services.GetRequiredService<IGrainFactory>().GetGrain<IRelayGrain>("first").Relay(10_000)).ShouldBe(10_000);
        await host.StopAsync();
    }
}
