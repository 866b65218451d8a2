using Buildify.Testing.Postgres;

namespace Buildify.Bench.Events;

/// <summary>
/// What the event bus does, beside what SQL alone does on the same server in the same run. Measured only where the filter names them: they take
/// as long as all other figures together.
/// </summary>
internal static class EventFigures
{
    public static async Task Measure(BenchOptions options)
    {
        if (options.Filter.Length == 0 || !options.Wants("events.")) return;

        await using var server = await PostgresServer.LaunchAsync(durable: true);
        await AppendFigures.Measure(options, server);
        await EventLatencyFigures.Measure(options, server);
        await DeliveryFigures.Measure(options, server);
        await SubscriberFigures.Measure(options, server);
        await WebHookFigures.Measure(options, server);
    }
}
