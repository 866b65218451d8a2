using System.Net;
using System.Net.Sockets;

namespace Buildify.Hosting.Cluster;

/// <summary>Reads <c>Cluster__Address</c>: where the others reach this silo.</summary>
internal static class ClusterAddress
{
    /// <summary>The word for the machine's own address, whatever it is: a container learns its only when it starts.</summary>
    private const string Auto = "auto";

    /// <param name="setting">An IP address, a host's name, or <c>auto</c>; null for loopback.</param>
    public static IPAddress Read(string? setting) => Choose(setting, OwnAddresses.All, Dns.GetHostAddresses);

    /// <param name="own">The addresses that this machine has.</param>
    /// <param name="find">Those of a name; throws a <see cref="SocketException"/> where there are none.</param>
    internal static IPAddress Choose(string? setting, Func<IReadOnlyList<IPAddress>> own, Func<string, IPAddress[]> find)
    {
        if (setting is null) return IPAddress.Loopback;
        if (IPAddress.TryParse(setting, out var address)) return address;
        if (setting == Auto)
        {
            return Best(own().Where(OwnAddresses.IsReachable)) ?? throw Bad(setting, "this machine has no address that others could reach; name one");
        }
        try
        {
            // A name that several replicas share leads to all of them: the one among them that is this machine is meant.
            var named = find(setting);
            return Best(named.Intersect(own())) ?? Best(named) ?? throw Bad(setting, "it has no address");
        }
        catch (SocketException error)
        {
            throw Bad(setting, error.Message);
        }
    }

    // Orleans' members know each other by one address: of two families the one that every network has.
    private static IPAddress? Best(IEnumerable<IPAddress> addresses) => addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1).FirstOrDefault();

    private static InvalidOperationException Bad(string setting, string why) =>
        new($"Cluster__Address is '{setting}', which is no IP address ({why}). Write an address, a host's name that leads to this machine, or auto.");
}
