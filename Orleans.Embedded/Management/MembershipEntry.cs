using Orleans.Runtime;

namespace Orleans;

/// <summary>One silo of the cluster.</summary>
public sealed class MembershipEntry
{
    public SiloAddress SiloAddress { get; set; } = default!;

    public SiloStatus Status { get; set; }

    public string HostName { get; set; } = default!;

    public string SiloName { get; set; } = default!;

    public DateTime StartTime { get; set; }

    public DateTime IAmAliveTime { get; set; }
}
