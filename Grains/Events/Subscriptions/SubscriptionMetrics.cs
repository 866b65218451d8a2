using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace Buildify.Events.Subscriptions;

/// <summary>What the subscriptions in this process tell: by handler; web hooks together, since there may be thousands.</summary>
internal sealed class SubscriptionMetrics : IDisposable
{
    private readonly Meter _meter = new("Buildify.Events");
    private readonly ConcurrentDictionary<SubscriptionRunner, byte> _active = new();
    private readonly Counter<long> _deliveries;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _parked;

    public SubscriptionMetrics()
    {
        _deliveries = _meter.CreateCounter<long>("buildify.event.deliveries", null, "Events that were delivered");
        _failures = _meter.CreateCounter<long>("buildify.event.failures", null, "Deliveries that failed");
        _parked = _meter.CreateCounter<long>("buildify.event.dead_letters", null, "Events that were parked after their attempts");
        _meter.CreateObservableGauge("buildify.event.lag", Lags, null, "Events that the subscriptions in this process know of and have not delivered");
    }

    public void Know(SubscriptionRunner runner) => _active[runner] = 0;

    public void Forget(SubscriptionRunner runner) => _active.TryRemove(runner, out _);

    public void Delivered(SubscriptionDefinition definition, ImmutableArray<Delivery> ends)
    {
        if (!_deliveries.Enabled && !_failures.Enabled) return;
        var (delivered, failed) = (0, 0);
        foreach (var end in ends)
        {
            if (end.End == DeliveryEnd.Delivered) delivered++;
            else if (end.End != DeliveryEnd.Left) failed++;
        }
        if (delivered > 0) _deliveries.Add(delivered, Tags(definition));
        if (failed > 0) _failures.Add(failed, Tags(definition));
    }

    public void Parked(SubscriptionDefinition definition, int count)
    {
        if (count > 0) _parked.Add(count, Tags(definition));
    }

    public void Dispose() => _meter.Dispose();

    private IEnumerable<Measurement<long>> Lags() =>
        from runner in _active.Keys
        group runner by Label(runner.Definition) into same
        select new Measurement<long>(same.Sum(runner => runner.KnownLag), Tags(same.First().Definition));

    private static string Label(SubscriptionDefinition definition) => definition.IsWebHook ? "web-hook" : definition.Name;

    private static KeyValuePair<string, object?>[] Tags(SubscriptionDefinition definition) =>
        [new("subscription", Label(definition)), new("module", definition.Module ?? "")];
}
