using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Buildify.Hosting.Cluster;

/// <summary>The addresses that this machine, or container, has.</summary>
internal static class OwnAddresses
{
    /// <summary>Of every interface that is up, loopback among them.</summary>
    public static IReadOnlyList<IPAddress> All() =>
    [
        .. NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address),
    ];

    /// <summary>Whether others could reach it: not loopback, and not of one link alone (RFC 3927).</summary>
    public static bool IsReachable(IPAddress address) => !IPAddress.IsLoopback(address) && !address.IsIPv6LinkLocal
        && !(address.AddressFamily == AddressFamily.InterNetwork && address.GetAddressBytes() is [169, 254, ..]);
}
