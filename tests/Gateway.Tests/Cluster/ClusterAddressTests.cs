using System.Net;
using System.Net.Sockets;
using Buildify.Hosting.Cluster;

namespace Buildify.Gateway.Cluster;

public class ClusterAddressTests
{
    private static readonly IPAddress[] Own = [IPAddress.Loopback, IPAddress.IPv6Loopback, IPAddress.Parse("fe80::1"), IPAddress.Parse("fd00::7"), IPAddress.Parse("169.254.3.4"), IPAddress.Parse("172.18.0.4")];

    [Theory]
    [InlineData(null, "127.0.0.1")]
    [InlineData("10.0.0.9", "10.0.0.9")]
    [InlineData("::1", "::1")]
    [InlineData("auto", "172.18.0.4")]
    public void An_address_is_taken_as_it_is_and_auto_is_what_others_can_reach(string? setting, string expected) =>
        ClusterAddress.Choose(setting, () => Own, _ => []).ShouldBe(IPAddress.Parse(expected));

    [Fact]
    public void Of_a_name_that_replicas_share_the_address_is_this_machine_s() =>
        ClusterAddress.Choose("silo", () => Own, _ => [IPAddress.Parse("172.18.0.3"), IPAddress.Parse("172.18.0.4")]).ShouldBe(IPAddress.Parse("172.18.0.4"));

    [Fact]
    public void A_name_that_leads_past_this_machine_is_taken_at_its_word() =>
        ClusterAddress.Choose("edge", () => Own, _ => [IPAddress.Parse("203.0.113.5")]).ShouldBe(IPAddress.Parse("203.0.113.5"));

    [Fact]
    public void A_name_that_nobody_knows_says_what_to_write() =>
        Should.Throw<InvalidOperationException>(() => ClusterAddress.Choose("slio", () => Own, _ => throw new SocketException((int)SocketError.HostNotFound)))
            .Message.ShouldStartWith("Cluster__Address is 'slio', which is no IP address");

    [Fact]
    public void A_machine_that_nobody_can_reach_has_no_address_of_its_own() =>
        Should.Throw<InvalidOperationException>(() => ClusterAddress.Choose("auto", () => [IPAddress.Loopback], _ => [])).Message.ShouldContain("name one");
}
