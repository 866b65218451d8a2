namespace Buildify.Bench.Calls;

/// <summary>How many calls a second grains take, in one process.</summary>
internal static class CallFigures
{
    /// <summary>Of one request in the figures from grain to grain, so that the callers' own requests do not count for much.</summary>
    private const int CallsAtOnce = 1000;

    private static readonly (string Name, int Grains, int Callers)[] Shapes =
    [
        ("calls.one_grain.c1", 1, 1), ("calls.one_grain.c100", 1, 100),
        ("calls.hundred_grains.c1", 100, 1), ("calls.hundred_grains.c100", 100, 100),
    ];

    public static async Task Measure(BenchOptions options)
    {
        if (!options.Wants("calls.")) return;

        var actors = Enumerable.Range(0, 200).Select(_ => new ChannelCounter()).ToArray();
        using (var host = await StartSilo(_ => { }))
        {
            var grains = Counters(host, 200);
            foreach (var (name, count, callers) in Shapes)
            {
                await Add(options, name, $"{callers} callers outside of grains, {count} grains, a long in and out", callers, 1,
                    (caller, turn) => grains[(caller + turn) % count].Add(1),
                    (caller, turn) => actors[(caller + turn) % count].Add(1));
            }
            await Add(options, "calls.grain_to_grain.c100", "100 grains that each call another one in turn, a long in and out", 100, CallsAtOnce,
                (caller, _) => grains[caller].AddTo(100 + caller, CallsAtOnce),
                (caller, _) => actors[caller].AddTo(actors[100 + caller], CallsAtOnce));
            await host.StopAsync();
        }
        using (var host = await StartSilo(silo => silo.AddIncomingGrainCallFilter(call => call.Invoke())))
        {
            var grains = Counters(host, 100);
            await Add(options, "calls.filtered.c100", "as calls.hundred_grains.c100, with one incoming filter as the platform has one", 100, 1,
                (caller, turn) => grains[(caller + turn) % 100].Add(1),
                (caller, turn) => actors[(caller + turn) % 100].Add(1));
            await host.StopAsync();
        }
        foreach (var actor in actors) actor.Stop();
    }

    private static async Task Add(
        BenchOptions options, string name, string done, int callers, int callsOfOne, Func<int, int, Task> ours, Func<int, int, Task> reference)
    {
        if (!options.Wants(name)) return;

        var pair = await Pair.Measure(
            options.Runs, () => Callers.Rate(options, callers, callsOfOne, ours), () => Callers.Rate(options, callers, callsOfOne, reference));
        Report.Add(pair.ToFigure(name, "calls/s", rate => rate, "a channel and a loop that reads it, for each actor", done));
    }

    private static async Task<IHost> StartSilo(Action<ISiloBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.UseOrleans(silo => configure(silo.UseLocalhostClustering()));
        var host = builder.Build();
        await host.StartAsync();
        return host;
    }

    private static ICounterGrain[] Counters(IHost host, int count)
    {
        var factory = host.Services.GetRequiredService<IGrainFactory>();
        return [.. Enumerable.Range(0, count).Select(counter => factory.GetGrain<ICounterGrain>(counter))];
    }
}
