using System.Net;
using System.Net.Sockets;

namespace Buildify.Events.WebHooks;

/// <summary>
/// Which addresses web hooks go to: those that anybody on the Internet can reach, and what the platform's operators allow beside. A tenant
/// chooses the URL, so that anything else would be a way into the platform's own network.
/// </summary>
internal sealed class WebHookAddresses(IReadOnlyList<IPNetwork> allowed)
{
    // IANA's registries of special-purpose addresses (RFC 6890), as of 2025: what is not globally reachable.
    private static readonly IPNetwork[] Special =
    [
        .. new[]
        {
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
            "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
            // Teredo, ORCHID and other assignments to protocols; documentation.
            "2001::/23", "2001:db8::/32", "3fff::/20",
        }.Select(text => IPNetwork.Parse(text)),
    ];

    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");
    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    /// <summary>Whether anything is allowed beside what is public.</summary>
    public bool HasExceptions => allowed.Count > 0;

    public bool MayCall(IPAddress address) => IsException(address) || IsPublic(address);

    /// <summary>Whether the operators allow it by name; then plain http is allowed too.</summary>
    public bool IsException(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return allowed.Any(network => network.Contains(plain));
    }

    private static bool IsPublic(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            Span<byte> bytes = stackalloc byte[16];
            address.TryWriteBytes(bytes, out _);
            // These reach the IPv4 address that is in them.
            if (Nat64.Contains(address)) return IsPublic(new IPAddress(bytes[12..]));
            if (SixToFour.Contains(address)) return IsPublic(new IPAddress(bytes[2..6]));
            if (!GlobalUnicast.Contains(address)) return false;
        }
        return !Special.Any(network => network.Contains(address));
    }
}
