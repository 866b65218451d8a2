using Orleans.Streams;

namespace Buildify.Silo.Events.Streams.Queues;

/// <summary>
/// Deals the queues out to the silos that read the log. Orleans' own balancers deal to every silo of the cluster, and a worker, which is one,
/// would leave its share unread.
/// </summary>
internal sealed class EventQueueBalancer(IServiceProvider services, ISiloStatusOracle silos, ILogger<EventQueueBalancer> logger)
    : QueueBalancerBase(services, logger)
{
    private const string Worker = "worker-";

    private QueueId[] _queues = [];

    public override Task Initialize(IStreamQueueMapper queueMapper)
    {
        _queues = [.. queueMapper.GetAllQueues()];
        return base.Initialize(queueMapper);
    }

    public override IEnumerable<QueueId> GetMyQueues()
    {
        var readers = silos.GetApproximateSiloStatuses(onlyActive: true).Keys
            .Where(silo => !silos.TryGetSiloName(silo, out var name) || !name.StartsWith(Worker, StringComparison.Ordinal)).Order().ToList();
        var own = readers.IndexOf(SiloAddress);
        return own < 0 ? [] : _queues.Where((_, number) => number % readers.Count == own);
    }

    protected override void OnClusterMembershipChange(HashSet<SiloAddress> activeSilos) => NotifyListeners().Ignore();
}
