using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace Orleans.Runtime;

/// <summary>One silo: the classes it has, the activations on it, and the host whose services they use.</summary>
internal sealed class Silo : CallOrigin, ILocalSiloDetails
{
    private readonly ConcurrentDictionary<GrainId, WorkerPool> _workers = new();
    private readonly ConcurrentDictionary<Activation, bool> _activations = new();
    private readonly CancellationTokenSource _died = new();
    private readonly FrozenDictionary<GrainType, GrainClass> _classes;
    private readonly ConcurrentDictionary<GrainType, GrainClass?> _closedClasses = new();
    private IIncomingGrainCallFilter[]? _incomingFilters;

    public Silo(IServiceProvider services)
        : this(services, services.GetRequiredService<IOptions<ClusterOptions>>().Value)
    {
    }

    private Silo(IServiceProvider services, ClusterOptions cluster)
        : base(services, Cluster.Named(cluster.ServiceId, cluster.ClusterId), OptionsOf<SiloMessagingOptions>(services), $"hosted-{Guid.NewGuid():N}")
    {
        ClusterId = cluster.ClusterId;
        Name = OptionsOf<SiloOptions>(services).SiloName;
        Messaging = OptionsOf<SiloMessagingOptions>(services);
        Collection = OptionsOf<GrainCollectionOptions>(services);
        QuantumMilliseconds = (long)OptionsOf<SchedulingOptions>(services).ActivationSchedulingQuantum.TotalMilliseconds;
        SiloAddress = NewAddress(OptionsOf<EndpointOptions>(services), Cluster.NextGeneration());
        StartTime = Time.GetUtcNow().UtcDateTime;
        GrainRuntime = new GrainRuntime(this);
        States = services.GetRequiredService<IPersistentStateFactory>();

        var types = OptionsOf<GrainTypeOptions>(services);
        Interfaces = [.. types.Interfaces];
        _classes = types.Classes.GroupBy(GrainTypeNames.OfClass).ToFrozenDictionary(g => g.Key, g => new GrainClass(TheOnly(g), this));
    }

    public string Name { get; }

    public string ClusterId { get; }

    public string DnsHostName { get; } = Dns.GetHostName();

    public SiloAddress SiloAddress { get; }

    public SiloAddress GatewayAddress => SiloAddress;

    public DateTime StartTime { get; }

    public SiloMessagingOptions Messaging { get; }

    public GrainCollectionOptions Collection { get; }

    public long QuantumMilliseconds { get; }

    public IGrainRuntime GrainRuntime { get; }

    public IPersistentStateFactory States { get; }

    public IEnumerable<GrainClass> Classes => _classes.Values;

    public IReadOnlyCollection<Type> Interfaces { get; }

    public SiloStatus Status { get; private set; } = SiloStatus.Created;

    /// <summary>Fires when it dies without having stopped in good order.</summary>
    public CancellationToken Died => _died.Token;

    public int ActivationCount => _activations.Count;

    public IIncomingGrainCallFilter[] IncomingFilters => _incomingFilters ??= [.. Services.GetServices<IIncomingGrainCallFilter>()];

    public GrainClass? ClassOf(GrainType grainType) => _classes.GetValueOrDefault(grainType) ?? ClosedClassOf(grainType);

    public WorkerPool WorkersOf(GrainId grainId, GrainClass grainClass) =>
        _workers.GetOrAdd(grainId, static (id, its) => new WorkerPool(id, its.grainClass, its.silo), (grainClass, silo: this));

    public IEnumerable<Activation> Activations() => _activations.Keys;

    public void OnActivationStarted(Activation activation) => _activations[activation] = true;

    public void OnActivationEnded(Activation activation) => _activations.TryRemove(activation, out _);

    public void ChangeStatus(SiloStatus status)
    {
        Status = status;
        Cluster.OnSilosChanged();
    }

    /// <summary>As a process that is killed: nothing of it is asked or told any more.</summary>
    public void Die()
    {
        ChangeStatus(SiloStatus.Dead);
        _died.Cancel();
        Stop();
        Cluster.Bury(this);
    }

    private static Type TheOnly(IGrouping<GrainType, Type> classes) => classes.Count() == 1
        ? classes.First()
        : throw new OrleansConfigurationException(
            $"Several grain classes are of the type {classes.Key}: {string.Join(", ", classes)}. Give all but one of them a [GrainType].");

    private static T OptionsOf<T>(IServiceProvider services)
        where T : class => services.GetRequiredService<IOptions<T>>().Value;

    private static SiloAddress NewAddress(EndpointOptions endpoint, int generation) =>
        SiloAddress.New(endpoint.AdvertisedIPAddress ?? IPAddress.Loopback, endpoint.SiloPort, generation);

    /// <summary>A generic class is registered open; the type of its grains names what it is closed with.</summary>
    private GrainClass? ClosedClassOf(GrainType grainType) => _closedClasses.GetOrAdd(grainType, static (wanted, silo) =>
    {
        var text = wanted.ToString();
        var bracket = text.IndexOf('[', StringComparison.Ordinal);
        if (bracket < 0 || silo._classes.GetValueOrDefault(GrainType.Create(text[..bracket])) is not { } open)
        {
            return null;
        }

        var arguments = text[(bracket + 1)..^1].Split("],[").Select(a => Type.GetType(a.Trim('[', ']'), throwOnError: true)!).ToArray();
        return new GrainClass(open.Type.MakeGenericType(arguments), silo);
    }, this);
}
