namespace Orleans.Runtime;

/// <summary>What runs where. Key 0.</summary>
public interface IManagementGrain : IGrainWithIntegerKey
{
    Task<Dictionary<SiloAddress, SiloStatus>> GetHosts(bool onlyActive = false);

    Task<MembershipEntry[]> GetDetailedHosts(bool onlyActive = false);

    Task ForceGarbageCollection(SiloAddress[] hostsIds);

    /// <summary>Ends the activations of these silos that have been idle for at least so long.</summary>
    Task ForceActivationCollection(SiloAddress[] hostsIds, TimeSpan ageLimit);

    /// <summary>Ends the activations of every silo that have been idle for at least so long.</summary>
    Task ForceActivationCollection(TimeSpan ageLimit);

    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics(SiloAddress[] hostsIds);

    Task<SimpleGrainStatistic[]> GetSimpleGrainStatistics();

    Task<DetailedGrainStatistic[]> GetDetailedGrainStatistics(string[]? types = null, SiloAddress[]? hostsIds = null);

    Task<int> GetTotalActivationCount();

    /// <summary>The silo that the grain is active on, if it is.</summary>
    ValueTask<SiloAddress?> GetActivationAddress(IAddressable reference);

    ValueTask<List<GrainId>> GetActiveGrains(GrainType type);
}

/// <summary>How many activations of a class are on a silo.</summary>
public sealed class SimpleGrainStatistic
{
    /// <summary>The class: full name, comma, assembly.</summary>
    public string GrainType { get; init; } = default!;

    public SiloAddress SiloAddress { get; init; } = default!;

    public int ActivationCount { get; init; }

    public override string ToString() => $"SimpleGrainStatistic: GrainType={GrainType} Silo={SiloAddress} NumActivations={ActivationCount} ";
}

/// <summary>One activation.</summary>
public sealed class DetailedGrainStatistic
{
    /// <inheritdoc cref="SimpleGrainStatistic.GrainType"/>
    public string GrainType { get; init; } = default!;

    public SiloAddress SiloAddress { get; init; } = default!;

    public GrainId GrainId { get; init; }
}

/// <summary>Where a silo is in its life.</summary>
public enum SiloStatus
{
    None = 0,
    Created = 1,
    Joining = 2,
    Active = 3,
    ShuttingDown = 4,
    Stopping = 5,
    Dead = 6,
}
