using System.Globalization;
using Orleans.Runtime;

namespace Orleans;

/// <summary>The grain's type in its <see cref="GrainId"/>. Name it before the first row is stored: it outlives a rename of the class.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public sealed class GrainTypeAttribute(string grainType) : Attribute
{
    private readonly GrainType _grainType = GrainType.Create(grainType);

    public GrainType GetGrainType(IServiceProvider services, Type type) => _grainType;
}

/// <summary>How long this call may take, instead of the configured response time-out; in <see cref="TimeSpan"/>'s own format.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ResponseTimeoutAttribute(string timeout) : Attribute
{
    public TimeSpan? Timeout { get; init; } = TimeSpan.Parse(timeout, CultureInfo.InvariantCulture);
}

/// <summary>Never collected for being idle.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class KeepAliveAttribute : Attribute;

/// <summary>Collected after being idle for this long instead of <c>GrainCollectionOptions.CollectionAge</c>; at least a minute.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = false)]
public class CollectionAgeLimitAttribute : Attribute
{
    public static readonly TimeSpan MinAgeLimit = TimeSpan.FromMinutes(1);

    private readonly TimeSpan? _period;

    public CollectionAgeLimitAttribute()
    {
    }

    public CollectionAgeLimitAttribute(string inactivityPeriod) => _period = TimeSpan.Parse(inactivityPeriod, CultureInfo.InvariantCulture);

    public double Days { get; set; }

    public double Hours { get; set; }

    public double Minutes { get; set; }

    public bool AlwaysActive { get; set; }

    public TimeSpan AgeLimit => _period ?? (AlwaysActive ? TimeSpan.FromDays(short.MaxValue) : AtLeastTheMinimum());

    private TimeSpan AtLeastTheMinimum()
    {
        var asked = TimeSpan.FromDays(Days) + TimeSpan.FromHours(Hours) + TimeSpan.FromMinutes(Minutes);
        return asked < MinAgeLimit ? MinAgeLimit : asked;
    }
}
