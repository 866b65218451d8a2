using System.Net;
using Microsoft.Extensions.Configuration;

namespace Buildify.Events.WebHooks;

public sealed class AddressTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.0.9")]
    [InlineData("::1")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fec0::1")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("255.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("192.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.51.100.1")]
    [InlineData("203.0.113.1")]
    [InlineData("2001:db8::1")]
    [InlineData("2001::1")]
    [InlineData("3fff::1")]
    [InlineData("100::1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::808:808")]
    [InlineData("2002:7f00:1::1")]
    [InlineData("2002:a00:1::1")]
    public async Task A_name_that_leads_to_what_is_not_public_is_refused(string address)
    {
        using var hooks = new WebHookFixture(lookup: Always(address), mayCallLoopback: false);
        (await hooks.Sink.CheckUrl("https://example.com/hook", None)).ShouldNotBeNull().ShouldContain("not public");
        var delivery = (await hooks.Deliver("https://example.com/hook", WebHookFixture.Event(1))).Ends.ShouldHaveSingleItem();
        delivery.End.ShouldBe(DeliveryEnd.Failed);
        delivery.Error!.ShouldContain("not public");
    }

    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("172.32.0.1")]
    [InlineData("100.128.0.1")]
    [InlineData("2606:2800:220:1:248:1893:25c8:1946")]
    [InlineData("::ffff:93.184.216.34")]
    [InlineData("64:ff9b::5db8:d822")]
    [InlineData("2002:5db8:d822::1")]
    public async Task A_name_that_leads_to_a_public_address_is_good(string address)
    {
        using var hooks = new WebHookFixture(lookup: Always(address), mayCallLoopback: false);
        (await hooks.Sink.CheckUrl("https://example.com:8443/hook?a=1", None)).ShouldBeNull();
    }

    [Theory]
    [InlineData("https://127.0.0.1/")]
    [InlineData("https://127.1/")]
    [InlineData("https://2130706433/")]
    [InlineData("https://0x7f000001/")]
    [InlineData("https://0177.0.0.1/")]
    [InlineData("https://[::1]/")]
    [InlineData("https://[::ffff:10.0.0.1]/")]
    [InlineData("https://[::ffff:a9fe:a9fe]/")]
    [InlineData("https://localhost/")]
    public async Task An_address_that_is_written_out_is_judged_as_what_it_is(string url)
    {
        using var hooks = new WebHookFixture(mayCallLoopback: false);
        (await hooks.Sink.CheckUrl(url, None)).ShouldNotBeNull().ShouldContain("not public");
    }

    [Theory]
    [InlineData("", "is missing")]
    [InlineData("/hook", "https://")]
    [InlineData("hook", "absolute")]
    [InlineData("ftp://example.com/", "https://")]
    [InlineData("file:///etc/passwd", "https://")]
    [InlineData("http://example.com/", "https://")]
    [InlineData("https://user:secret@example.com/", "no user name")]
    [InlineData("https://user@example.com/", "no user name")]
    [InlineData("https://example.com:0/", "port 0")]
    [InlineData("https://example.com:99999/", "absolute")]
    [InlineData("https:///hook", "absolute")]
    public async Task What_is_wrong_with_an_address_is_said(string url, string message)
    {
        using var hooks = new WebHookFixture(lookup: Always("93.184.216.34"), mayCallLoopback: false);
        (await hooks.Sink.CheckUrl(url, None)).ShouldNotBeNull().ShouldContain(message);
    }

    [Fact]
    public async Task An_address_has_2_000_characters_at_most()
    {
        using var hooks = new WebHookFixture(lookup: Always("93.184.216.34"));
        var url = "https://example.com/";
        (await hooks.Sink.CheckUrl(url + new string('a', 2_000 - url.Length), None)).ShouldBeNull();
        (await hooks.Sink.CheckUrl(url + new string('a', 2_001 - url.Length), None)).ShouldNotBeNull().ShouldContain("2001 characters");
    }

    [Fact]
    public async Task Plain_http_is_only_for_addresses_that_are_allowed_by_name()
    {
        using var hooks = new WebHookFixture(lookup: (host, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(host == "inside" ? "127.0.0.1" : "93.184.216.34")]));
        (await hooks.Sink.CheckUrl("http://inside/hook", None)).ShouldBeNull();
        (await hooks.Sink.CheckUrl("http://outside/hook", None)).ShouldBe("must begin with https://");
        (await hooks.Deliver("http://outside/hook", WebHookFixture.Event(1))).Ends[0].Error.ShouldBe("must begin with https://");
    }

    [Fact]
    public async Task One_address_of_a_name_that_is_not_public_refuses_the_name()
    {
        using var hooks = new WebHookFixture(lookup: Always("93.184.216.34", "10.0.0.1"));
        (await hooks.Sink.CheckUrl("https://example.com/", None)).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_name_that_is_not_there_is_told()
    {
        using var hooks = new WebHookFixture(lookup: (_, _) => throw new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.HostNotFound));
        (await hooks.Sink.CheckUrl("https://nowhere.example/", None)).ShouldNotBeNull().ShouldContain("cannot be looked up");
        (await hooks.Deliver("https://nowhere.example/", WebHookFixture.Event(1))).Ends[0].Error.ShouldNotBeNull().ShouldContain("cannot be looked up");
    }

    [Fact]
    public async Task A_name_that_answers_otherwise_the_second_time_gains_nothing()
    {
        await using var receiver = await Receiver.Start(isSecure: true);
        var lookups = 0;
        using var hooks = new WebHookFixture(
            lookup: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(lookups++ == 0 ? "93.184.216.34" : "127.0.0.1")]), mayCallLoopback: false);
        var url = $"https://rebind.example:{receiver.Port}/hook";

        (await hooks.Sink.CheckUrl(url, None)).ShouldBeNull();
        (await hooks.Deliver(url, WebHookFixture.Event(1))).Ends[0].Error.ShouldNotBeNull().ShouldContain("not public");
        receiver.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_connection_goes_to_the_address_that_was_checked()
    {
        await using var receiver = await Receiver.Start();
        var lookups = 0;
        using var hooks = new WebHookFixture(lookup: (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(lookups++ == 0 ? "127.0.0.1" : "10.255.255.1")]));
        (await hooks.Deliver($"http://once.example:{receiver.Port}/hook", WebHookFixture.Event(1))).Ends[0].End.ShouldBe(DeliveryEnd.Delivered);
        lookups.ShouldBe(1);
    }

    [Fact]
    public void Settings_are_read_and_all_that_is_wrong_with_them_is_told()
    {
        var good = new WebHookOptions();
        Silo.Events.WebHookServices.Read(Settings(("AllowedAddresses:0", "10.0.0.0/8"), ("AllowedAddresses:1", "::1"), ("ConnectionsPerHost", "4"), ("TimeoutSeconds", "5")), good);
        good.Errors.ShouldBeEmpty();
        (good.ConnectionsPerHost, good.TimeoutSeconds, good.Concurrency).ShouldBe((4, 5, 1_000));
        good.AllowedAddresses.ShouldBe([IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("::1/128")]);

        var bad = new WebHookOptions();
        Silo.Events.WebHookServices.Read(Settings(("AllowedAddresses:0", "10.0.0.0/33"), ("ConnectionsPerHost", "0"), ("TimeoutSeconds", "61"), ("TimeOut", "1")), bad);
        bad.Errors.Count.ShouldBe(4);
        bad.Errors.ShouldContain(error => error.Contains("'10.0.0.0/33'", StringComparison.Ordinal));
    }

    private static HostLookup Always(params string[] addresses) => (_, _) => Task.FromResult(Array.ConvertAll(addresses, IPAddress.Parse));

    private static IConfigurationRoot Settings(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => new KeyValuePair<string, string?>("WebHooks:" + setting.Key, setting.Value))).Build();
}
