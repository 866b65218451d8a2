using Buildify.Testing.Postgres;

namespace Buildify.Bench.Tasks;

/// <summary>
/// What the task engine does, beside what SQL alone does on the same server in the same run. Measured only where the filter names them: they
/// take as long as all other figures together.
/// </summary>
internal static class TaskFigures
{
    public static async Task Measure(BenchOptions options)
    {
        if (options.Filter.Length == 0 || !options.Wants("tasks.")) return;

        await using var server = await PostgresServer.LaunchAsync(durable: true);
        await EnqueueFigures.Measure(options, server);
        await DrainFigures.Measure(options, server);
        await LatencyFigures.Measure(options, server);
        await QueueMemoryFigures.Measure(options, server);
        await BoundFigures.Measure(options, server);
    }
}
