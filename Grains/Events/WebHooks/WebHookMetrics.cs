using System.Diagnostics.Metrics;

namespace Buildify.Events.WebHooks;

/// <summary>What this process tells of its deliveries.</summary>
internal sealed class WebHookMetrics : IDisposable
{
    private readonly Meter _meter = new("Buildify.Events");
    private readonly Histogram<double> _duration;

    public WebHookMetrics() => _duration = _meter.CreateHistogram<double>(
        "buildify.webhook.attempt.duration", "s", "How long attempts to deliver web hooks took, by what became of them");

    /// <param name="outcome">delivered, failed, unreachable, timeout, refused or gone.</param>
    public void Tell(string outcome, TimeSpan duration) => _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));

    public void Dispose() => _meter.Dispose();
}
