using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Buildify.Hosting.Metrics;

/// <summary>
/// Collects this process's meters and writes them as Prometheus text (exposition format 0.0.4). It stands in for OpenTelemetry's
/// Prometheus exporter, which should replace it as soon as the package source has it; until then names and units are written as
/// that exporter would.
/// </summary>
internal sealed class PrometheusMetrics : IDisposable
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Label sets of one instrument beyond this many are counted together, under <c>otel_metric_overflow="true"</c>.</summary>
    public const int MaxSeries = 1000;

    private static readonly string[] Meters =
        ["Buildify", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans", "Npgsql", "System.Runtime"];

    // In seconds: the semantic conventions' buckets for request durations. Histograms in other units bring their own by advice.
    private static readonly ImmutableArray<double> DefaultBounds =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

    private readonly ConcurrentDictionary<Instrument, Family> _families = new();
    private readonly MeterListener _listener = new();
    private readonly Func<Meter, bool> _wanted;
    private readonly Lock _writing = new();

    public PrometheusMetrics() : this(meter => Meters.Any(name => meter.Name == name || meter.Name.StartsWith(name + ".", StringComparison.Ordinal)))
    {
    }

    internal PrometheusMetrics(Func<Meter, bool> wanted)
    {
        _wanted = wanted;
        _listener.InstrumentPublished = Published;
        _listener.MeasurementsCompleted = (instrument, _) => _families.TryRemove(instrument, out Family? _);
        _listener.SetMeasurementEventCallback<byte>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<short>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<int>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<float>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, family) => ((Family)family!).Record(value, tags));
        _listener.SetMeasurementEventCallback<decimal>(static (_, value, tags, family) => ((Family)family!).Record((double)value, tags));
        _listener.Start();
    }

    /// <summary>All families, by name.</summary>
    public string Write()
    {
        lock (_writing)
        {
            // What is observed is only what is told now: a pool or a part that is gone is told no more.
            foreach (var family in _families.Values.Where(family => family.IsObserved)) family.Forget();
            _listener.RecordObservableInstruments();
            return WriteAll();
        }
    }

    private string WriteAll()
    {
        var text = new StringBuilder(16 * 1024);
        // Two meters of one name (a pool opened twice) are one family: the format allows a name once.
        var groups = _families.Values.Where(family => !family.IsEmpty).GroupBy(family => family.Name);
        foreach (var named in groups.OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var first = named.First();
            text.Append("# HELP ").Append(first.Name).Append(' ').Append(Escape(first.Help, quoted: false)).Append('\n');
            text.Append("# TYPE ").Append(first.Name).Append(' ').Append(first.Type).Append('\n');
            var written = new HashSet<string>(StringComparer.Ordinal);
            foreach (var series in named.Where(family => family.Type == first.Type).SelectMany(family => family.All))
            {
                if (written.Add(series.Labels)) series.Write(text, first.Name);
            }
        }
        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    private void Published(Instrument instrument, MeterListener listener)
    {
        if (!_wanted(instrument.Meter)) return;

        var family = _families.GetOrAdd(instrument, static instrument => new Family(instrument));
        listener.EnableMeasurementEvents(instrument, family);
    }

    private sealed class Family
    {
        private readonly Lock _lock = new();
        private readonly bool _replaces;
        private readonly ImmutableArray<double> _bounds;
        private readonly Dictionary<string, Series> _byLabels = new(StringComparer.Ordinal);

        // Read without a lock: a miss takes the lock and publishes a new copy, which happens once for each label set.
        private volatile Dictionary<int, Series> _byHash = [];

        public Family(Instrument instrument)
        {
            var kind = instrument.GetType().Name;
            IsObserved = kind.StartsWith("Observable", StringComparison.Ordinal);
            _replaces = IsObserved || kind.StartsWith("Gauge", StringComparison.Ordinal);
            var counts = kind.StartsWith("Counter", StringComparison.Ordinal) || kind.StartsWith("ObservableCounter", StringComparison.Ordinal);
            if (kind.StartsWith("Histogram", StringComparison.Ordinal)) _bounds = BoundsOf(instrument);
            Type = counts ? "counter" : _bounds.IsDefault ? "gauge" : "histogram";
            Name = NameOf(instrument, counts);
            Help = instrument.Description ?? instrument.Name;
        }

        public string Name { get; }
        public string Help { get; }
        public string Type { get; }
        public bool IsObserved { get; }

        public bool IsEmpty
        {
            get
            {
                lock (_lock) return _byLabels.Count == 0;
            }
        }

        public Series[] All
        {
            get
            {
                lock (_lock) return [.. _byLabels.Values];
            }
        }

        public void Forget()
        {
            lock (_lock)
            {
                _byLabels.Clear();
                _byHash = [];
            }
        }

        public void Record(double value, ReadOnlySpan<Tag> tags)
        {
            var hash = HashOf(tags);
            if (!_byHash.TryGetValue(hash, out var series) || !series.Is(tags)) series = Add(hash, tags);
            series.Record(value, _replaces);
        }

        // The order of tags is part of the hash, though not of the labels: two orders of one label set find the same series.
        private Series Add(int hash, ReadOnlySpan<Tag> tags)
        {
            var sorted = tags.ToArray();
            Array.Sort(sorted, static (left, right) => string.CompareOrdinal(left.Key, right.Key));
            var labels = LabelsOf(sorted);
            lock (_lock)
            {
                if (!_byLabels.TryGetValue(labels, out var series))
                {
                    var full = _byLabels.Count >= MaxSeries;
                    if (full) labels = "otel_metric_overflow=\"true\"";
                    if (!full || !_byLabels.TryGetValue(labels, out series))
                    {
                        series = new Series(labels, full ? [] : tags.ToArray(), _bounds);
                        _byLabels.Add(labels, series);
                    }
                    if (full) return series;
                }
                if (!_byHash.ContainsKey(hash) && _byHash.Count < 2 * MaxSeries)
                {
                    _byHash = new Dictionary<int, Series>(_byHash) { [hash] = series };
                }
                return series;
            }
        }

        private static int HashOf(ReadOnlySpan<Tag> tags)
        {
            var hash = new HashCode();
            foreach (ref readonly var tag in tags)
            {
                hash.Add(tag.Key);
                hash.Add(tag.Value);
            }
            return hash.ToHashCode();
        }

        private static ImmutableArray<double> BoundsOf(Instrument instrument)
        {
            var advised = instrument switch
            {
                Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries,
                Histogram<float> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
                Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
                Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound),
                _ => null,
            };
            return advised?.ToImmutableArray() ?? DefaultBounds;
        }
    }

    private sealed class Series(string labels, Tag[] tags, ImmutableArray<double> bounds)
    {
        private readonly long[] _buckets = bounds.IsDefault ? [] : new long[bounds.Length + 1];
        private double _value;

        public string Labels => labels;

        public bool Is(ReadOnlySpan<Tag> other)
        {
            if (other.Length != tags.Length) return false;
            for (var i = 0; i < tags.Length; i++)
            {
                if (other[i].Key != tags[i].Key || !Equals(other[i].Value, tags[i].Value)) return false;
            }
            return true;
        }

        public void Record(double value, bool replaces)
        {
            if (replaces)
            {
                Volatile.Write(ref _value, value);
                return;
            }
            if (_buckets.Length > 0) Interlocked.Increment(ref _buckets[BucketOf(value)]);

            double seen, found = Volatile.Read(ref _value);
            do
            {
                seen = found;
                found = Interlocked.CompareExchange(ref _value, seen + value, seen);
            }
            while (BitConverter.DoubleToInt64Bits(found) != BitConverter.DoubleToInt64Bits(seen));
        }

        public void Write(StringBuilder text, string name)
        {
            if (_buckets.Length == 0)
            {
                Line(text, name, labels, Volatile.Read(ref _value));
                return;
            }
            long total = 0;
            for (var i = 0; i < _buckets.Length; i++)
            {
                total += Volatile.Read(ref _buckets[i]);
                var bound = i < bounds.Length ? bounds[i].ToString(CultureInfo.InvariantCulture) : "+Inf";
                Line(text, name + "_bucket", labels.Length == 0 ? $"le=\"{bound}\"" : $"{labels},le=\"{bound}\"", total);
            }
            Line(text, name + "_sum", labels, Volatile.Read(ref _value));
            Line(text, name + "_count", labels, total);
        }

        private int BucketOf(double value)
        {
            var i = 0;
            while (i < bounds.Length && value > bounds[i]) i++;
            return i;
        }

        private static void Line(StringBuilder text, string name, string labels, double value)
        {
            text.Append(name);
            if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
            text.Append(' ').Append(Number(value)).Append('\n');
        }

        private static string Number(double value) =>
            double.IsPositiveInfinity(value) ? "+Inf"
            : double.IsNegativeInfinity(value) ? "-Inf"
            : value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static string LabelsOf(Tag[] sorted)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in sorted)
        {
            if (text.Length > 0) text.Append(',');
            text.Append(Clean(key)).Append("=\"").Append(Escape(TextOf(value), quoted: true)).Append('"');
        }
        return text.ToString();
    }

    [SuppressMessage("Globalization", "CA1308", Justification = "Prometheus writes booleans in lower case.")]
    private static string TextOf(object? value) => value switch
    {
        null => "",
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Escape(string text, bool quoted)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        return quoted ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    // OpenTelemetry's rules for Prometheus names: the unit as a word at the end, counters with _total behind it.
    private static string NameOf(Instrument instrument, bool counts)
    {
        var name = Clean(instrument.Name);
        var unit = instrument.Unit switch
        {
            "s" => "seconds",
            "ms" => "milliseconds",
            "By" => "bytes",
            "%" => "percent",
            _ => null,
        };
        if (unit is not null && !name.EndsWith(unit, StringComparison.Ordinal)) name += "_" + unit;
        return counts && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    private static string Clean(string name)
    {
        var clean = string.Create(name.Length, name, static (into, name) =>
        {
            for (var i = 0; i < into.Length; i++) into[i] = char.IsAsciiLetterOrDigit(name[i]) ? name[i] : '_';
        });
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }
}
