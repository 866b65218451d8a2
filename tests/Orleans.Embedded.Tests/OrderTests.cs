using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Hosting;

namespace Orleans.Embedded.Tests;

internal interface IListGrain : IGrainWithStringKey
{
    Task Append(int number);
}

/// <summary>Ends after every few calls.</summary>
internal sealed class ListGrain(List<int> numbers) : Grain, IListGrain
{
    private int _calls;

    public async Task Append(int number)
    {
        await Task.Yield();
        numbers.Add(number);
        if (++_calls == 50)
        {
            DeactivateOnIdle();
        }
    }
}

public class OrderTests
{
    [Fact]
    public async Task Calls_run_in_the_order_they_were_sent_also_from_one_activation_to_the_next()
    {
        var numbers = new List<int>();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(numbers);
        builder.UseOrleans(silo => silo
            .Configure<Configuration.ClusterOptions>(cluster => cluster.ClusterId = nameof(OrderTests))
            .Configure<Configuration.SiloMessagingOptions>(messaging => messaging.MaxForwardCount = 100));
        using var host = builder.Build();
        await host.StartAsync();
        var grain = host.Services.GetRequiredService<IGrainFactory>().GetGrain<IListGrain>("list");
        await Task.WhenAll(Enumerable.Range(0, 2000).Select(grain.Append)).WaitAsync(TimeSpan.FromSeconds(30));
        numbers.ShouldBe(Enumerable.Range(0, 2000));
        await host.StopAsync();
    }
}
