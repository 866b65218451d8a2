using System.Net;

namespace Orleans.Configuration;

/// <summary>Silos and clients of one process with the same ids are one cluster.</summary>
public class ClusterOptions
{
    public const string DefaultClusterId = "default";
    public const string DefaultServiceId = "default";

    internal const string DevelopmentId = "dev";

    public string ClusterId { get; set; } = DefaultClusterId;

    public string ServiceId { get; set; } = DefaultServiceId;
}

/// <summary>What a silo is called.</summary>
public class SiloOptions
{
    /// <summary>By default, <c>Silo_</c> and a few random digits.</summary>
    public string SiloName { get; set; } = null!;
}

/// <summary>How a dead process is noticed. Here a silo's death is known at once, so none of it is looked at.</summary>
public class ClusterMembershipOptions
{
    public int NumMissedProbesLimit { get; set; } = 3;

    public TimeSpan ProbeTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public int NumVotesForDeathDeclaration { get; set; } = 2;

    public TimeSpan TableRefreshTimeout { get; set; } = TimeSpan.FromSeconds(60);

    public TimeSpan IAmAliveTablePublishTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How long calls may take.</summary>
public abstract class MessagingOptions
{
    /// <summary>From a call to its response, unless the method says otherwise (<see cref="ResponseTimeoutAttribute"/>).</summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether a call that timed out cancels the token of the method that still runs.</summary>
    public bool CancelRequestOnTimeout { get; set; }
}

/// <summary>For calls that come from grains, and from other code in a silo's process.</summary>
public class SiloMessagingOptions : MessagingOptions
{
    /// <summary>How often a call may go on to the next activation of its grain because the one it waited at ended.</summary>
    public int MaxForwardCount { get; set; } = 2;

    /// <summary>How many calls may run and wait at one activation before the next is refused; 0: any number.</summary>
    public int MaxEnqueuedRequestsHardLimit { get; set; }

    /// <summary>The same, for stateless workers.</summary>
    public int MaxEnqueuedRequestsHardLimit_StatelessWorker { get; set; }
}

/// <summary>For calls that come from a client.</summary>
public class ClientMessagingOptions : MessagingOptions;

/// <summary>When idle activations are ended.</summary>
public class GrainCollectionOptions
{
    /// <summary>How often idle activations are looked for.</summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How long one must have been idle; longer than <see cref="CollectionQuantum"/>.</summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The same for single classes, by the full name.</summary>
    public Dictionary<string, TimeSpan> ClassSpecificCollectionAge { get; set; } = [];

    /// <summary>How long <see cref="IGrainBase.OnActivateAsync"/> may take.</summary>
    public TimeSpan ActivationTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long <see cref="IGrainBase.OnDeactivateAsync"/> may take.</summary>
    public TimeSpan DeactivationTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>How a silo takes turns.</summary>
public class SchedulingOptions
{
    /// <summary>How long one activation may keep a thread while others wait for one.</summary>
    public TimeSpan ActivationSchedulingQuantum { get; set; } = TimeSpan.FromMilliseconds(100);
}

/// <summary>
/// Which grain classes a silo has and which interfaces are known: all of the application's by default. Take a class out, and its grains
/// go to the silos that still have it.
/// </summary>
public class GrainTypeOptions
{
    public HashSet<Type> Classes { get; } = [];

    public HashSet<Type> Interfaces { get; } = [];
}

/// <summary>Of the storage that lasts as long as the process.</summary>
public class MemoryGrainStorageOptions;

/// <summary>Numbers in a silo's name; no socket is opened.</summary>
public class EndpointOptions
{
    public const int DEFAULT_SILO_PORT = 11111;
    public const int DEFAULT_GATEWAY_PORT = 30000;

    public IPAddress AdvertisedIPAddress { get; set; } = null!;

    public int SiloPort { get; set; } = DEFAULT_SILO_PORT;

    public int GatewayPort { get; set; } = DEFAULT_GATEWAY_PORT;
}
