namespace Buildify.Tasks.Queues;

/// <summary>One tenant inside one priority: its lanes, and how many turns it has left in this round.</summary>
internal sealed class TenantTurns(int priority, string tenant)
{
    public int Priority => priority;

    public string Tenant => tenant;

    public List<Lane> Lanes { get; } = [];

    /// <summary>Tasks it may still take before the next tenant's turn.</summary>
    public int Left { get; set; }

    public Lane? Find(string type)
    {
        foreach (var lane in Lanes)
        {
            if (lane.Type == type) return lane;
        }
        return null;
    }

    /// <summary>The lane whose first task was ready first, among those that may go.</summary>
    public Lane? Oldest(Func<Lane, bool> mayGo)
    {
        Lane? oldest = null;
        foreach (var lane in Lanes)
        {
            if (lane.First is { } first && (oldest is null || first.Position < oldest.First!.Position) && mayGo(lane)) oldest = lane;
        }
        return oldest;
    }
}
