using System.Runtime.InteropServices;

namespace Buildify.Tasks.Queues;

/// <summary>How many may start a second: a bucket of tokens that holds a tenth of a second's.</summary>
internal sealed class RateGate(double perSecond)
{
    private readonly double _most = Math.Max(1, perSecond / 10);
    private double _tokens = Math.Max(1, perSecond / 10);
    private double _at = double.NaN;

    public double PerSecond => perSecond;

    /// <summary>Seconds from now until one may start; 0 for at once.</summary>
    /// <param name="now">In seconds, of a clock that only goes on.</param>
    public double Wait(double now)
    {
        if (double.IsNaN(_at)) _at = now;
        _tokens = Math.Min(_most, _tokens + ((now - _at) * perSecond));
        _at = now;
        return _tokens >= 1 ? 0 : (1 - _tokens) / perSecond;
    }

    public void Take() => _tokens--;
}

/// <summary>The limits of a queue, of each tenant in it, and of each type: what may start, and what runs.</summary>
internal sealed class Limits
{
    private readonly Dictionary<string, int> _byTenant = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _byType = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RateGate> _tenantRates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RateGate> _typeRates = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskLimits> _types = new(StringComparer.Ordinal);
    private QueueSettings _settings = QueueSettings.None;
    private RateGate? _rate;
    private int _running;
    private int _partitions = 1;

    public QueueSettings Settings => _settings;

    /// <summary>Seconds until a rate lets one go that it held back since <see cref="Look"/>; infinite where none did.</summary>
    public double NextToken { get; private set; } = double.PositiveInfinity;

    /// <summary>A queue's limits are shared among its partitions; each has one at least.</summary>
    public void Set(QueueSettings settings, int partitions)
    {
        (_settings, _partitions) = (settings, partitions);
        if (_rate?.PerSecond != Rate(settings.RateLimit)) _rate = Rate(settings.RateLimit) is { } rate ? new RateGate(rate) : null;
        _tenantRates.Clear();
    }

    public void Know(TaskLimits type)
    {
        if (_types.GetValueOrDefault(type.Type) == type) return;
        _types[type.Type] = type;
        _typeRates.Remove(type.Type);
    }

    public bool PublishesEvents(string type) => _types.GetValueOrDefault(type)?.PublishesEvents ?? false;

    public int Weight(string tenant) => _settings.TenantWeights.GetValueOrDefault(tenant, 1);

    public void Look() => NextToken = double.PositiveInfinity;

    public bool MayStart(string tenant, string type, double now)
    {
        if (_settings.Paused) return false;
        if (_settings.IsUnlimited && !_types.GetValueOrDefault(type, NoLimits).HasLimits()) return true;
        return Fits(Share(_settings.Concurrency), _running)
            && Fits(Share(_settings.TenantConcurrency), _byTenant.GetValueOrDefault(tenant))
            && Fits(Share(_types.GetValueOrDefault(type)?.Concurrency), _byType.GetValueOrDefault(type))
            && Open(_rate, now) && Open(TenantRate(tenant), now) && Open(TypeRate(type), now);
    }

    public void Start(string tenant, string type)
    {
        _rate?.Take();
        TenantRate(tenant)?.Take();
        TypeRate(type)?.Take();
        Count(tenant, type, 1);
    }

    /// <summary>Of one that was begun elsewhere, or has ended.</summary>
    public void Count(string tenant, string type, int by)
    {
        _running += by;
        CountIn(_byTenant, tenant, by);
        CountIn(_byType, type, by);
    }

    private static readonly TaskLimits NoLimits = new("", 0, 0);

    private static void CountIn(Dictionary<string, int> counts, string key, int by)
    {
        ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _);
        count += by;
        if (count <= 0) counts.Remove(key);
    }

    private bool Open(RateGate? gate, double now)
    {
        if (gate is null) return true;
        var wait = gate.Wait(now);
        if (wait <= 0) return true;
        NextToken = Math.Min(NextToken, wait);
        return false;
    }

    private static bool Fits(int? limit, int running) => limit is null || running < limit;

    private int? Share(int? limit) => limit is null or 0 ? null : Math.Max(1, (int)Math.Ceiling(limit.Value / (double)_partitions));

    private double? Rate(int? limit) => limit is null or 0 ? null : (double)limit.Value / _partitions;

    private RateGate? TenantRate(string tenant) => Gate(_tenantRates, tenant, Rate(_settings.TenantRateLimit));

    private RateGate? TypeRate(string type) => Gate(_typeRates, type, Rate(_types.GetValueOrDefault(type)?.RateLimit));

    private static RateGate? Gate(Dictionary<string, RateGate> gates, string key, double? rate)
    {
        if (rate is null) return null;
        ref var gate = ref CollectionsMarshal.GetValueRefOrAddDefault(gates, key, out _);
        return gate ??= new RateGate(rate.Value);
    }
}

internal static class TaskLimitsExtensions
{
    public static bool HasLimits(this TaskLimits limits) => limits.RateLimit > 0 || limits.Concurrency > 0;
}

/// <summary>A queue's settings, as they are in <c>task_queues</c>; null for no limit.</summary>
internal sealed record QueueSettings(
    bool Paused, int? RateLimit, int? Concurrency, int? TenantRateLimit, int? TenantConcurrency, IReadOnlyDictionary<string, int> TenantWeights)
{
    public static QueueSettings None { get; } = new(false, null, null, null, null, new Dictionary<string, int>());

    public bool IsUnlimited => RateLimit is null && Concurrency is null && TenantRateLimit is null && TenantConcurrency is null;
}
