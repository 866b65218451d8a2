using Buildify.Testing.Postgres;

namespace Buildify.Bench.Events;

/// <summary>What subscriptions cost whoever publishes.</summary>
internal static class SubscriberFigures
{
    private const int Settling = 1;
    private const int Callers = 16;

    public static async Task Measure(BenchOptions options, PostgresServer server)
    {
        const string name = "events.publish_with_subscribers.1000";
        if (!options.Wants(name)) return;

        var (many, some) = options.Quick ? (50, 1) : (999, 1);
        var pair = await Pair.Measure(options.Runs, () => Run(options, server, some, many), () => Run(options, server, 0, 0), Settling);
        Report.Add(pair.ToFigure(name, "events/s", rate => rate, "the same while nobody subscribes",
            $"{Callers} callers in the silo's process, IEventPublisher.Publish one by one, {many + some} subscriptions on the tenant of which {some} matches"));
    }

    private static async Task<double> Run(BenchOptions options, PostgresServer server, int handlers, int others)
    {
        await using var host = await EventHost.Start(server, handlers, others);
        return await Bench.Callers.Rate(options, Callers, 1, (_, _) => host.Publish(1, text: null));
    }
}
