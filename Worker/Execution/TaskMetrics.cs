using System.Diagnostics.Metrics;
using Buildify.Tasks;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Buildify.Worker.Execution;

/// <summary>What a worker tells of its tasks: how long attempts take, how they end, and how busy its slots are.</summary>
internal sealed class TaskMetrics : IDisposable
{
    private static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

    private static readonly Tag[] Outcomes =
        [.. Enum.GetValues<TaskOutcomeKind>().Select(kind => new Tag("outcome", BuildifyNames.Of(kind)))];

    private readonly Meter _meter = new("Buildify.Tasks");
    private readonly Histogram<double> _duration;
    private readonly Counter<long> _ended;
    private readonly Counter<long> _attempts;

    public TaskMetrics(TaskSlots slots)
    {
        _duration = _meter.CreateHistogram("buildify.task.duration", "s", "How long attempts took", tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = Bounds });
        _ended = _meter.CreateCounter<long>("buildify.tasks", null, "Attempts that ended, by how");
        _attempts = _meter.CreateCounter<long>("buildify.task.attempts", null, "Attempts that began, by whether they were the task's first");
        _meter.CreateObservableGauge("buildify.task.slots", () => slots.Count, null, "Handlers that may run at a time");
        _meter.CreateObservableGauge("buildify.task.slots.busy", () => slots.Busy, null, "Handlers that run");
        _meter.CreateObservableGauge("buildify.task.prefetched", () => slots.WaitingCount, null, "Tasks that wait in this process for a slot");
    }

    public void Began(Tag type, int attempt) => _attempts.Add(1, type, attempt == 1 ? First : Again);

    public void Ended(Tag type, TaskOutcomeKind outcome, TimeSpan duration)
    {
        _duration.Record(duration.TotalSeconds, type);
        _ended.Add(1, type, Outcomes[(int)outcome]);
    }

    public void Dispose() => _meter.Dispose();

    private static readonly Tag First = new("attempt", "first");
    private static readonly Tag Again = new("attempt", "again");

    private static class BuildifyNames
    {
        public static string Of(TaskOutcomeKind kind) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString());
    }
}
