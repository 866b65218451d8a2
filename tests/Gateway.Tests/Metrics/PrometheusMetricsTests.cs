using System.Diagnostics.Metrics;
using Buildify.Hosting.Metrics;

namespace Buildify.Gateway.Metrics;

public sealed class PrometheusMetricsTests : IDisposable
{
    private readonly Meter _meter = new($"test-{Guid.NewGuid():N}");
    private readonly PrometheusMetrics _metrics;

    public PrometheusMetricsTests() => _metrics = new PrometheusMetrics(meter => meter.Name == _meter.Name);

    public void Dispose()
    {
        _metrics.Dispose();
        _meter.Dispose();
    }

    [Fact]
    public void A_counter_sums_for_each_label_set_in_whatever_order()
    {
        var counter = _meter.CreateCounter<long>("orders.placed", "{order}", "Orders");
        counter.Add(1, new("a", "x"), new("b", 2));
        counter.Add(2, new("b", 2), new("a", "x"));
        counter.Add(5);
        Lines().ShouldBe(["# HELP orders_placed_total Orders", "# TYPE orders_placed_total counter", "orders_placed_total{a=\"x\",b=\"2\"} 3", "orders_placed_total 5"]);
    }

    [Fact]
    public void A_histogram_has_cumulative_buckets_a_sum_and_a_count()
    {
        var histogram = _meter.CreateHistogram<double>("call.duration", "s", "Calls", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.1, 1] });
        foreach (var value in new[] { 0.05, 0.1, 0.5, 7 }) histogram.Record(value);
        Lines()[1..].ShouldBe(
        [
            "# TYPE call_duration_seconds histogram",
            "call_duration_seconds_bucket{le=\"0.1\"} 2", "call_duration_seconds_bucket{le=\"1\"} 3", "call_duration_seconds_bucket{le=\"+Inf\"} 4",
            "call_duration_seconds_sum 7.65", "call_duration_seconds_count 4",
        ]);
    }

    [Fact]
    public void What_is_observed_is_what_it_is_now()
    {
        var parts = new List<Measurement<int>> { new(3, new KeyValuePair<string, object?>("part", "a")), new(4, new KeyValuePair<string, object?>("part", "b")) };
        _meter.CreateObservableGauge("queue.depth", () => parts, description: "Depth");
        Lines().ShouldContain("queue_depth{part=\"b\"} 4");
        parts.RemoveAt(1);
        Lines().ShouldContain("queue_depth{part=\"a\"} 3");
        Lines().ShouldNotContain("queue_depth{part=\"b\"} 4");
    }

    [Fact]
    public void An_up_down_counter_goes_down()
    {
        var counter = _meter.CreateUpDownCounter<int>("open", description: "Open");
        counter.Add(3);
        counter.Add(-2);
        Lines().ShouldContain("open 1");
    }

    [Fact]
    public void Text_that_would_break_the_format_is_escaped()
    {
        _meter.CreateCounter<int>("1.odd-name", description: "two\nlines \\").Add(1, new KeyValuePair<string, object?>("a.b", "say \"hi\"\n\\"));
        Lines().ShouldBe(["# HELP _1_odd_name_total two\\nlines \\\\", "# TYPE _1_odd_name_total counter", "_1_odd_name_total{a_b=\"say \\\"hi\\\"\\n\\\\\"} 1"]);
    }

    [Fact]
    public void Labels_without_end_are_counted_together()
    {
        var counter = _meter.CreateCounter<int>("hits", description: "Hits");
        for (var i = 0; i < PrometheusMetrics.MaxSeries + 500; i++) counter.Add(1, new KeyValuePair<string, object?>("id", i));
        var lines = Lines();
        lines.Length.ShouldBe(2 + PrometheusMetrics.MaxSeries + 1);
        lines.ShouldContain("hits_total{otel_metric_overflow=\"true\"} 500");
    }

    [Fact]
    public void Nothing_is_lost_between_threads()
    {
        var counter = _meter.CreateCounter<int>("hits", description: "Hits");
        Parallel.For(0, 100_000, i => counter.Add(1, new KeyValuePair<string, object?>("id", i % 7)));
        Lines()[2..].Sum(line => long.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(100_000);
    }

    private string[] Lines() => _metrics.Write().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
