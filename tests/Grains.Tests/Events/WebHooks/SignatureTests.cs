using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Buildify.Events.WebHooks;

public sealed class SignatureTests
{
    [Fact]
    public void The_specification_s_own_example_gets_the_specification_s_own_signature() => WebHookSignature
        .Sign([WebHookFixture.Secret], Encoding.UTF8.GetBytes("""msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"""))
        .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Fact]
    public async Task What_is_signed_is_the_id_the_time_and_the_very_bytes_that_are_sent()
    {
        await using var receiver = await Receiver.Start();
        using var hooks = new WebHookFixture();
        var before = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        (await hooks.Deliver(receiver.Url, WebHookFixture.Event(1))).Ends.ShouldBe([new Delivery(DeliveryEnd.Delivered)]);

        var got = receiver.All.ShouldHaveSingleItem();
        got.Id.ShouldBe("e1");
        long.Parse(got.Headers["webhook-timestamp"], CultureInfo.InvariantCulture).ShouldBeInRange(before, before + 60);
        got.Headers["webhook-signature"].ShouldBe(SignedBy(WebHookFixture.Secret, got));
        got.Headers["Content-Type"].ShouldBe("application/json");
        got.Headers["User-Agent"].ShouldStartWith("Buildify-WebHooks/");
        got.Headers["X-Correlation-ID"].ShouldBe("cor-1");
        got.Headers["traceparent"].ShouldBe("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        got.Headers.ShouldNotContainKey("Accept-Encoding");
    }

    [Fact]
    public async Task The_body_is_the_event_as_it_is_read_over_HTTP()
    {
        await using var receiver = await Receiver.Start();
        using var hooks = new WebHookFixture();
        await hooks.Deliver(receiver.Url, WebHookFixture.Event(7, "berlin"));
        Encoding.UTF8.GetString(receiver.All.ShouldHaveSingleItem().Body).ShouldBe(
            """{"id":"e7","event_type":"crm.contact.created","event_version":1,"event_source":"crm","tenant":"acme","company_id":"berlin","payload":{"name":"Zoë","number":7},"created_at":"2024-10-04T00:00:00.000000Z","correlation_id":"cor-1","position":7}""");
    }

    [Fact]
    public async Task Another_attempt_has_the_same_id_and_a_time_and_a_signature_of_its_own()
    {
        await using var receiver = await Receiver.Start();
        var clock = new Clock();
        using var hooks = new WebHookFixture(time: clock);
        await hooks.Deliver(receiver.Url, WebHookFixture.Event(1));
        clock.Now += TimeSpan.FromHours(1);
        await hooks.Deliver(receiver.Url, WebHookFixture.Event(1));

        var (first, second) = (receiver.All.First(), receiver.All.Last());
        (first.Id, second.Id).ShouldBe(("e1", "e1"));
        (first.Headers["webhook-timestamp"], second.Headers["webhook-timestamp"]).ShouldBe(("1700000000", "1700003600"));
        second.Headers["webhook-signature"].ShouldBe(SignedBy(WebHookFixture.Secret, second));
    }

    [Fact]
    public async Task During_a_rotation_both_secrets_sign_the_newest_first()
    {
        await using var receiver = await Receiver.Start();
        using var hooks = new WebHookFixture();
        ImmutableArray<string> secrets = ["whsec_" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)), WebHookFixture.Secret];
        await hooks.Deliver(receiver.Url, secrets, [WebHookFixture.Event(1)]);
        var got = receiver.All.ShouldHaveSingleItem();
        got.Headers["webhook-signature"].ShouldBe(string.Join(' ', secrets.Select(secret => SignedBy(secret, got))));
    }

    [Fact]
    public async Task What_does_not_fit_a_header_is_left_out()
    {
        await using var receiver = await Receiver.Start();
        using var hooks = new WebHookFixture();
        (await hooks.Deliver(receiver.Url, WebHookFixture.Event(1) with { CorrelationId = "a\r\nX-Evil: 1", TraceParent = null }))
            .Ends.ShouldBe([new Delivery(DeliveryEnd.Delivered)]);
        receiver.All.Single().Headers.Keys.ShouldNotContain(name => name == "X-Correlation-ID" || name == "X-Evil" || name == "traceparent");
        JsonDocument.Parse(receiver.All.Single().Body).RootElement.GetProperty("correlation_id").GetString().ShouldBe("a\r\nX-Evil: 1");
    }

    // As a receiver checks it, with none of our code.
    private static string SignedBy(string secret, Received got)
    {
        using var hmac = new HMACSHA256(Convert.FromBase64String(secret[6..]));
        var start = Encoding.UTF8.GetBytes($"{got.Headers["webhook-id"]}.{got.Headers["webhook-timestamp"]}.");
        return "v1," + Convert.ToBase64String(hmac.ComputeHash([.. start, .. got.Body]));
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
