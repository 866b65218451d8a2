using System.Collections.Concurrent;

namespace Orleans.Runtime;

/// <summary>
/// The silos and clients of this process that share a service id and a cluster id, and the one directory of where each grain is. Two
/// hosts with the same ids are one cluster, as two processes are on Orleans.
/// </summary>
internal sealed class Cluster
{
    private static readonly ConcurrentDictionary<(string Service, string Cluster), Cluster> All = new();

    private readonly ConcurrentDictionary<GrainId, Activation> _directory = new();
    private readonly ConcurrentDictionary<CallOrigin, bool> _origins = new();
    private readonly ConcurrentDictionary<(Type, string), object> _shared = new();
    private readonly Lock _gate = new();
    private volatile Silo[] _silos = [];
    private volatile GrainCatalog _catalog = GrainCatalog.Empty;
    private int _lastGeneration;

    public static Cluster Named(string serviceId, string clusterId) => All.GetOrAdd((serviceId, clusterId), static _ => new Cluster());

    /// <summary>All that ever joined, the dead among them.</summary>
    public Silo[] Silos => _silos;

    public IEnumerable<Silo> ActiveSilos => _silos.Where(silo => silo.Status == SiloStatus.Active);

    public IEnumerable<Activation> Activations => _directory.Values;

    public GrainType GrainTypeFor(Type interfaceType, string? prefix) => _catalog.GrainTypeFor(interfaceType, prefix);

    public Type? FindInterface(GrainInterfaceType name) => _catalog.FindInterface(name);

    public int NextGeneration() => Interlocked.Increment(ref _lastGeneration);

    /// <summary>Something that all silos of the cluster have in common: what a memory storage or a memory stream provider holds.</summary>
    public T Shared<T>(string name)
        where T : new() => (T)_shared.GetOrAdd((typeof(T), name), static _ => new T());

    public void Add(CallOrigin origin) => _origins[origin] = true;

    public void Remove(CallOrigin origin) => _origins.TryRemove(origin, out _);

    public void Join(Silo silo)
    {
        lock (_gate)
        {
            _silos = [.. _silos, silo];
        }
    }

    /// <summary>A silo went up or down: which classes there are has changed, and its dead predecessors' data may go.</summary>
    public void OnSilosChanged()
    {
        lock (_gate)
        {
            var active = ActiveSilos.ToArray();
            _catalog = new GrainCatalog(active.SelectMany(s => s.Classes.Select(c => c.Type)), active.SelectMany(s => s.Interfaces));
            if (_silos.All(silo => silo.Status == SiloStatus.Dead))
            {
                // The last one is gone, and with it what lasts as long as the cluster.
                _shared.Clear();
                _silos = [];
            }
        }
    }

    public void Deliver(GrainCall call) => Deliver(call, call.Target.GrainId, call.Origin);

    public void Deliver(GrainRequest request) => Deliver(request, request.Target, request.From);

    private void Deliver(TurnRequest request, GrainId grainId, CallOrigin origin)
    {
        while (!(_directory.TryGetValue(grainId, out var activation)
            ? activation.TryReceive(request)
            : TryPlace(request, grainId, origin as Silo)))
        {
            // It ended between the two; the directory knows its successor by now.
        }
    }

    public Activation? Find(GrainId grainId) => _directory.GetValueOrDefault(grainId);

    /// <summary>The activation has the request before it starts: one that fails to start fails what waited for it, and only that.</summary>
    private bool TryPlace(TurnRequest request, GrainId grainId, Silo? preferred)
    {
        var silo = Place(grainId.Type, preferred);
        var grainClass = silo.ClassOf(grainId.Type)!;
        if (grainClass.StatelessWorker is not null)
        {
            return silo.WorkersOf(grainId, grainClass).TryReceive(request);
        }

        var fresh = new Activation(grainId, grainClass, silo, request);
        if (!_directory.TryAdd(grainId, fresh))
        {
            return false;
        }

        fresh.Start();
        return true;
    }

    private Silo Place(GrainType grainType, Silo? preferred)
    {
        if (preferred is { Status: SiloStatus.Active } && preferred.ClassOf(grainType) is not null)
        {
            return preferred;
        }

        return ActiveSilos.Where(silo => silo.ClassOf(grainType) is not null).MinBy(silo => silo.ActivationCount)
            ?? throw (ActiveSilos.Any()
                ? new OrleansException($"No active nodes are compatible with grain {grainType}.")
                : new SiloUnavailableException("No silo of the cluster is up."));
    }

    /// <summary>
    /// Ends an activation's place in the directory, under its own lock: a caller that it turns away finds the successor, which already
    /// has what waited, so that no call overtakes an earlier one.
    /// </summary>
    public void Replace(Activation old, TurnRequest? waiting)
    {
        if (waiting is null)
        {
            _directory.TryRemove(new KeyValuePair<GrainId, Activation>(old.GrainId, old));
            return;
        }

        try
        {
            var silo = Place(old.GrainId.Type, old.Silo);
            var successor = new Activation(old.GrainId, silo.ClassOf(old.GrainId.Type)!, silo, waiting);
            if (_directory.TryUpdate(old.GrainId, successor, old))
            {
                successor.Start();
            }
        }
        catch (Exception exception)
        {
            _directory.TryRemove(new KeyValuePair<GrainId, Activation>(old.GrainId, old));
            TurnQueue.FailAll(waiting, exception);
        }
    }

    /// <summary>A silo died. Its grains are forgotten, and whoever waited for them is told.</summary>
    public void Bury(Silo dead)
    {
        foreach (var activation in dead.Activations())
        {
            activation.Abandon();
        }

        foreach (var origin in _origins.Keys)
        {
            origin.FailAll(call => ReferenceEquals(call.Activation?.Silo, dead), call => new SiloUnavailableException(
                $"The target silo became unavailable for message: {call}. "));
        }
    }
}
