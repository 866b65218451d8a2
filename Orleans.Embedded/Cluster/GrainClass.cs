using System.Collections.Concurrent;
using System.Reflection;
using Orleans.Concurrency;
using Orleans.Configuration;
using Orleans.Serialization.Invocation;

namespace Orleans.Runtime;

/// <summary>A grain class on one silo: what its attributes say, and how it is made.</summary>
internal sealed class GrainClass
{
    private readonly ConcurrentDictionary<GrainMethod, MethodInfo> _implementations = new();
    private readonly MayInterleavePredicate? _mayInterleave;
    private readonly Lazy<GrainActivator> _activator;

    public GrainClass(Type type, Silo silo)
    {
        Type = type;
        GrainType = GrainTypeNames.OfClass(type);
        Name = GrainTypeNames.ForStatistics(type);
        IsReentrant = type.IsDefined(typeof(ReentrantAttribute));
        StatelessWorker = type.GetCustomAttribute<StatelessWorkerAttribute>();
        FiltersItsCalls = typeof(IIncomingGrainCallFilter).IsAssignableFrom(type);
        CollectionAge = AgeOf(type, silo.Collection);
        _mayInterleave = MayInterleavePredicate.Of(type);
        _activator = new Lazy<GrainActivator>(() => new GrainActivator(type, silo));
    }

    public Type Type { get; }

    public GrainType GrainType { get; }

    /// <summary>The class as statistics name it.</summary>
    public string Name { get; }

    public bool IsReentrant { get; }

    public StatelessWorkerAttribute? StatelessWorker { get; }

    public bool FiltersItsCalls { get; }

    /// <summary>How long an activation may be idle; infinite: for ever.</summary>
    public TimeSpan CollectionAge { get; }

    /// <summary>Whether any request might run beside another that is not marked for it.</summary>
    public bool MayInterleaveAny => IsReentrant || _mayInterleave is not null;

    public bool MayInterleave(object grain, TurnRequest coming, TurnRequest running) => IsReentrant
        || (_mayInterleave is { } allows && (allows.Invoke(grain, coming as IInvokable) || allows.Invoke(grain, running as IInvokable)));

    public object Create(Activation activation) => _activator.Value.Create(activation);

    public MethodInfo Implementation(GrainMethod method) => _implementations.GetOrAdd(method, static (method, type) =>
    {
        var map = type.GetInterfaceMap(method.InterfaceType);
        return map.TargetMethods[Array.IndexOf(map.InterfaceMethods, method.Method)];
    }, Type);

    private static TimeSpan AgeOf(Type type, GrainCollectionOptions options)
    {
        if (options.ClassSpecificCollectionAge.TryGetValue(type.FullName!, out var configured))
        {
            return configured;
        }

        if (type.IsDefined(typeof(KeepAliveAttribute)))
        {
            return Timeout.InfiniteTimeSpan;
        }

        return type.GetCustomAttribute<CollectionAgeLimitAttribute>() is not { } limit ? options.CollectionAge
            : limit.AlwaysActive ? Timeout.InfiniteTimeSpan
            : limit.AgeLimit;
    }
}
