using System.Net;

namespace Buildify.Events.WebHooks;

/// <summary>How web hooks are delivered; set as <c>WebHooks__TimeoutSeconds</c> and so on.</summary>
internal sealed class WebHookOptions
{
    /// <summary>Connections of this process to one host at a time; 1 to 1,000. Default 8.</summary>
    public int ConnectionsPerHost { get; set; } = 8;

    /// <summary>Attempts of this process at a time, to all hosts; 1 to 10,000. Default 1,000.</summary>
    public int Concurrency { get; set; } = 1_000;

    /// <summary>How long an attempt may take from connecting to the end of the answer, in seconds; 1 to 60. Default 15.</summary>
    public int TimeoutSeconds { get; set; } = 15;

    /// <summary>Addresses that are called although they are not public, by plain http too. Default none.</summary>
    public List<IPNetwork> AllowedAddresses { get; } = [];

    /// <summary>What was wrong with the configuration; told together when the host starts.</summary>
    public List<string> Errors { get; } = [];
}
