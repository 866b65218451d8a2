namespace Orleans.Runtime;

/// <inheritdoc/>
internal sealed class ManagementGrain(Silo silo) : Grain, IManagementGrain
{
    private readonly Cluster _cluster = silo.Cluster;

    public Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false) =>
        Task.FromResult(Silos(onlyActive).ToDictionary(s => s.SiloAddress, s => s.Status));

    public Task<MembershipEntry[]> GetDetailedHosts(bool onlyActive = false) => Task.FromResult(Silos(onlyActive).Select(s => new MembershipEntry
    {
        SiloAddress = s.SiloAddress,
        Status = s.Status,
        SiloName = s.Name,
        HostName = s.DnsHostName,
        StartTime = s.StartTime,
        IAmAliveTime = s.Status == SiloStatus.Dead ? s.StartTime : s.Time.GetUtcNow().UtcDateTime,
    }).ToArray());

    public Task ForceGarbageCollection(SiloAddress[] hostsIds)
    {
        GC.Collect();
        return Task.CompletedTask;
    }

    public Task ForceActivationCollection(TimeSpan ageLimit) => Collect(_cluster.ActiveSilos, ageLimit);

    public Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit) => Collect(Among(hostsIds), ageLimit);

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics() => Task.FromResult(Count(_cluster.ActiveSilos));

    public Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds) => Task.FromResult(Count(Among(hostsIds)));

    public Task<DetailedGrainStatistic[]> GetDetailedGrainStatistics(string[]? types = null, SiloAddress[]? hostsIds = null) => Task.FromResult(
        (from silo in hostsIds is null ? _cluster.ActiveSilos : Among(hostsIds)
         from activation in silo.Activations()
         where types is null || types.Contains(activation.Class.Name)
         select new DetailedGrainStatistic { GrainType = activation.Class.Name, GrainId = activation.GrainId, SiloAddress = silo.SiloAddress })
        .ToArray());

    public Task<int> GetTotalActivationCount() => Task.FromResult(_cluster.ActiveSilos.Sum(s => s.ActivationCount));

    public ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference) =>
        ValueTask.FromResult(_cluster.Find(reference.GetGrainId())?.Silo.SiloAddress);

    public ValueTask<List<GrainId>> GetActiveGrains(GrainType type) => ValueTask.FromResult(
        _cluster.ActiveSilos.SelectMany(s => s.Activations()).Select(a => a.GrainId).Where(id => id.Type == type).ToList());

    private IEnumerable<Silo> Silos(bool onlyActive) => onlyActive ? _cluster.ActiveSilos : _cluster.Silos;

    private IEnumerable<Silo> Among(SiloAddress[] addresses) => _cluster.ActiveSilos.Where(s => addresses.Contains(s.SiloAddress));

    private static SimpleGrainStatistic[] Count(IEnumerable<Silo> silos) =>
        (from silo in silos
         from activation in silo.Activations()
         group activation by (silo.SiloAddress, activation.Class.Name) into same
         select new SimpleGrainStatistic { GrainType = same.Key.Name, SiloAddress = same.Key.SiloAddress, ActivationCount = same.Count() })
        .ToArray();

    private Task Collect(IEnumerable<Silo> silos, TimeSpan idle) =>
        Task.WhenAll(silos.Select(silo => ActivationCollector.CollectAsync(silo, _ => idle, GrainContext)));
}
